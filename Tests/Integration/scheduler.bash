# shellcheck shell=bash
# What suites have that drive a scheduler: a folder of their own, and words to begin one, to wait and to look.
home=$WORK/sched
mkdir -p "$home" && cd "$home" || exit
export RD_LOG_FORMAT=text

# table NAME JOB...: a timetable; its jobs are given as YAML flow mappings.
table() {
    local name=$1 job
    shift
    { printf 'kind: timetable\nversion: 1\nslots: %s\njobs:\n' "${SLOTS:-16}" && for job; do printf '  - %s\n' "$job"; done; } > "$name.yaml"
}

# begin NAME [OPTION]...: a scheduler of that timetable, once it holds the lock. Its process is in $scheduler.
begin() {
    local name=$1
    shift
    rd-sched start --timetable "$name.yaml" --log-format text "$@" >> "$name.out" 2>&1 &
    scheduler=$!
    local try
    for try in $(seq 200); do
        rd-sched health --quiet --timetable "$name.yaml" 2> /dev/null && return
        kill -0 "$scheduler" 2> /dev/null || return
        sleep 0.05
    done
    echo "not ok $name begins ($try)"
}

# drain: lets the scheduler come to its end.
drain() {
    kill "$scheduler" 2> /dev/null
    wait "$scheduler" 2> /dev/null
}

# until_true SECONDS COMMAND...: waits until the command says yes.
until_true() {
    local end=$((SECONDS + $1 + 1))
    shift
    while [ "$SECONDS" -lt "$end" ]; do
        "$@" > /dev/null 2>&1 && return
        sleep 0.05
    done
    return 1
}

# history_of NAME: the runs that ended; what waits when the scheduler drains, waits on.
history_of() { rd-sched history --timetable "$1.yaml" -n 100000 | jq -c 'select(.status != "queued")'; }
journal_of() { cat "$RD_HOME/sched/$1"-*/journal.ndjson; }
# processes_of WORD: how many processes have it in their environment.
processes_of() { cat /proc/[0-9]*/environ 2> /dev/null | tr '\0' '\n' | grep -c "^RD_JOB=$1\$"; }

# drains_within SECONDS: asks the scheduler to come to its end, and says whether it did.
drains_within() {
    kill "$scheduler"
    until_true "$1" bash -c "! kill -0 $scheduler" && echo yes && return
    kill -9 "$scheduler"
    echo no
}
