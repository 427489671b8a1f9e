# shellcheck shell=bash disable=SC2016,SC2154
# Files that the scheduler waits for, and hooks: what becomes of them whoever is killed.
# shellcheck source=/dev/null
. "$CHECKOUT/Tests/Integration/scheduler.bash"

# Files that a run had when its scheduler was killed, whose job is gone, or that go to another file system.
arrivals() {
    local shm place
    shm=$(mktemp -d /dev/shm/rd-test-XXXXXX) || {
        echo "skip files that arrive: there is no /dev/shm to be another file system"
        return
    }
    mkdir -p cross cut gone
    table cut '{name: cut, on_file: {path: cut/*.csv, settle: 1s}, run: sleep 5; false}' \
        "{name: cross, on_file: {path: cross/*.csv, settle: 1s, done: $shm/done}, run: \"true\"}" \
        '{name: gone, on_file: {path: gone/*.csv, settle: 1s}, run: sleep 300}'
    echo x | tee cross/a.csv cut/a.csv gone/a.csv gone/b.csv > "cross/$(printf '\377').csv"
    begin cut --no-mirror --no-alerts
    until_true 20 [ -e "$shm/done/a.csv" ]
    is "a file goes to another file system" "a.csv" "$(ls "$shm/done")"
    until_true 20 [ ! -e cross/.rd-claimed ]
    is "and nothing of it stays claimed" "" "$(ls cross/.rd-claimed 2> /dev/null)"
    has "a name that is no text is said" "$(cat cut.out)" "its name is not UTF-8"
    until_true 20 bash -c "rd-sched status --timetable cut.yaml | jq -e 'select(.job == \"gone\").state == \"running, 1 queued\"'"
    sed -i '/name: gone/d' cut.yaml
    kill -HUP "$scheduler"
    until_true 20 [ -e gone/b.csv ]
    is "a file that waits for a job that is gone is given back" "gone/b.csv" "$(find gone -name b.csv)"
    kill -9 "$scheduler"
    wait "$scheduler" 2> /dev/null
    begin cut --no-mirror --no-alerts
    until_true 30 [ -e cut/failed/a.csv -a -e gone/failed/a.csv ]
    is "what a killed scheduler left is moved by the next one" "cut/failed/a.csv gone/b.csv gone/failed/a.csv" \
        "$(find cut gone -type f | sort | xargs)"
    # As if it had been killed between the journal's word and the move.
    place=$(rd-sched history cut --timetable cut.yaml | jq -r .file | tail -n 1)
    drain
    mkdir -p "${place%/*}" && mv cut/failed/a.csv "$place"
    begin cut --no-mirror --no-alerts
    until_true 20 [ -e cut/failed/a.csv ]
    is "also where the journal had its end already" "cut/failed/a.csv" "$(find cut -type f)"
    drain
    rm -rf "$shm"
}

# A file that is on its way to another file system when the last run of a scheduler that drains has ended.
departure() {
    local shm
    shm=$(mktemp -d /dev/shm/rd-test-XXXXXX) || {
        echo "skip a file that departs: there is no /dev/shm to be another file system"
        return
    }
    mkdir -p away
    table away "{name: away, on_file: {path: away/*.csv, settle: 1s, done: $shm}, run: sleep 2}"
    head -c 32M /dev/zero > away/big.csv
    begin away --no-mirror --no-alerts
    until_true 20 bash -c "rd-sched status --timetable away.yaml | jq -e 'select(.job == \"away\").state == \"running\"'"
    drain
    is "a scheduler that drains waits for a file on its way" "33554432 " "$(stat -c %s "$shm/big.csv") $(find away -type f)"
    rm -rf "$shm"
}

# Hooks are chains too.
hooks() {
    table hooks '{name: bad, run: "false", on_failure: "setsid sleep 44471 & sleep 44471"}' \
        '{name: says, run: "echo the reason; false", on_failure: "cat; exit 3"}'
    sed -i 's/run:/every: 1s, run:/' hooks.yaml
    begin hooks --no-mirror --no-alerts
    until_true 20 bash -c "pgrep -f '^sleep 44471' > /dev/null"
    until_true 20 grep -q "the hook of says ended with exit code 3; its output is in" hooks.out
    is "the output of a hook is kept" "the reason" "$(cat "$(grep -o 'output is in .*' hooks.out | head -n 1 | cut -c14-)")"
    kill -9 "$scheduler"
    wait "$scheduler" 2> /dev/null
    until_true 20 bash -c "! pgrep -f '^sleep 44471' > /dev/null"
    is "nothing of a hook outlives the scheduler" 0 "$(pgrep -fc '^sleep 44471')"
}

for part in ${SCHED_PARTS:-arrivals departure hooks}; do $part; done
