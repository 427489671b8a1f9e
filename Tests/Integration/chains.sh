# shellcheck shell=bash
# rd-sched run, killed in one way or another: nothing stays, and nothing is forgotten.
cat > "$WORK/timetable.yaml" <<'END'
kind: timetable
version: 1
jobs:
  - name: mule
    run: (trap '' TERM; echo $BASHPID > "$PIDS"; sleep "${SECONDS_TO_SLEEP:-600}") | cat
    grace: 1s
    locks: [warehouse]
  - name: demon
    run: setsid setsid bash -c 'echo $$ > "$PIDS"; exec sleep 600' & until [ -s "$PIDS" ]; do sleep 0.01; done; sleep 600
  - name: outer
    run: rd-sched run --quiet mule
  - name: other
    run: "true"
    locks: [warehouse]
END
export RD_TIMETABLE=$WORK/timetable.yaml PIDS=$WORK/pids

# begin JOB: runs it in the background, until its process tells its number. Sets $run and $process.
begin() {
    rm -f "$PIDS"
    rd-sched run --quiet "$1" > /dev/null 2>&1 &
    run=$!
    until [ -s "$PIDS" ]; do sleep 0.01; done
    process=$(cat "$PIDS")
}
# gone PID: yes once it has ended; gives it ten seconds.
gone() {
    local try
    for try in $(seq 200); do
        if ! grep -q '^State:.[^Z]' "/proc/$1/status" 2> /dev/null; then echo yes && return; fi
        sleep 0.05
    done
    echo "no, after $try looks"
}
last() { rd-sched history "$1" | tail -n 1 | jq -r '"\(.status) \(.code)"'; }

begin mule
kill -9 "$run"
wait "$run" 2> /dev/null
rd-sched run --quiet other 2> /dev/null
is "a command was killed: until its keeper has ended the chain, the lock is held" 75 $?
is "the chain is ended, TERM ignored or not" yes "$(gone "$process")"
until rd-sched run --quiet other 2> /dev/null; do sleep 0.1; done
is "then the next run needs no scheduler to see it" "lost 143" "$(last mule | sed 's/lost 137/lost 143/')"

begin demon
keeper=$(awk '{print $4}' "/proc/$process/stat")
until grep -q "^PPid:.$keeper\$" "/proc/$process/status" && [ "$(tr '\0' ' ' < "/proc/$keeper/cmdline" | awk '{print $2}')" = keep ]; do
    sleep 0.01
    keeper=$(awk '{print $4}' "/proc/$process/stat")
done
kill -9 "$keeper"
wait "$run"
is "a keeper was killed: its command says so" 70 $?
is "and has killed what was left" yes "$(gone "$process")"
is "and the run is lost" "lost null" "$(last demon)"

begin demon
kill -TERM "$run"
wait "$run"
is "a run that is ended takes its daemon along" "143 yes cancelled 143" "$? $(gone "$process") $(last demon)"

begin outer
kill -TERM "$run"
wait "$run"
is "a run within a run is ended with it" "143 yes cancelled 143" "$? $(gone "$process") $(last outer)"
is "and is in the history too" "mule" "$(rd-sched history mule | tail -n 1 | jq -r .job)"

SECONDS_TO_SLEEP=0 rd-sched run mule > /dev/null 2> "$WORK/err"
is "and after all that it runs" "0 success 0" "$? $(last mule)"
is "nothing of it is left" 0 "$(cat /proc/[0-9]*/environ 2> /dev/null | tr '\0' '\n' | grep -cE '^RD_JOB=(mule|outer)$')"
unset RD_TIMETABLE
