# shellcheck shell=bash disable=SC2016,SC2154
# What a scheduler makes of what it finds: after it died in each of its states, after others went on without it, on a disk
# that is full.
# shellcheck source=/dev/null
. "$CHECKOUT/Tests/Integration/scheduler.bash"

# states NAME: a scheduler that died after each single line of NAME's journal, up to the first date that is settled, and
# another one that goes on from there; how the first date's runs ended in each case.
states() {
    local name=$1 lines line here=$RD_HOME folder date moment copy
    folder=$(echo "$here/sched/$name"-*)
    moment=$(jq -r 'select(.event == "queued") | .date' "$folder/journal.ndjson" | head -n 1)
    date=$(jq -rn "$moment | todate | sub(\"Z\"; \"+00:00\")")
    lines=$(grep -n '"event":"settled"' "$folder/journal.ndjson" | head -n 1 | cut -d: -f1)
    for line in $(seq "$lines"); do
        export RD_HOME=$home/$name-$line
        copy=$RD_HOME/sched/${folder##*/}
        mkdir -p "$copy"
        # The last line but one is whole; what follows was being written.
        { head -n "$line" "$folder/journal.ndjson" && sed -n "$((line + 1))p" "$folder/journal.ndjson" | head -c 40; } > "$copy/journal.ndjson"
        # One after the other: they have the same run, which is looked for by its name.
        begin "$name" --no-mirror --no-alerts
        until_true 30 grep -q "\"event\":\"settled\",.*\"date\":${moment}[,}]" "$copy/journal.ndjson"
        drain
        echo "$(sed -n "${line}p" "$folder/journal.ndjson" | jq -r .event): $(history_of "$name" | jq -r "select(.scheduled_for == \"$date\") | .status" | xargs)"
    done > "$name.states"
    export RD_HOME=$here
}

every_state() {
    table state '{name: s, every: 3s, overlap: queue, catchup: all, run: sleep 0.2}'
    begin state --no-mirror --no-alerts
    until_true 20 bash -c "rd-sched history --timetable state.yaml | jq -e -s 'any(.status == \"success\")'"
    sleep 0.2
    drain
    states state
    is "a scheduler that died after the line of" "seen: success
queued: success
began: lost success
kept: lost success
ended: success
settled: success" "$(cat state.states)"
}

retry_states() {
    # shellcheck disable=SC2016
    table again '{name: r, every: 5s, overlap: queue, catchup: all, retries: 1, backoff: 1s, run: "[ $RD_ATTEMPT -gt 1 ] || exit 75"}'
    begin again --no-mirror --no-alerts
    until_true 20 bash -c "rd-sched history --timetable again.yaml | jq -e -s 'any(.status == \"success\")'"
    sleep 0.2
    drain
    states again
    is "one that died with an attempt to come, after the line of" "seen: failed success
queued: failed success
began: lost success
kept: lost success
ended: failed success
queued: failed success
began: failed lost success
kept: failed lost success
ended: failed success
settled: failed success" "$(cat again.states)"
}

cancelled_states() {
    # Long enough to be cancelled on a machine that is busy, and short once others take it up.
    echo 300 > "$WORK/nap"
    table cancel "{name: c, every: 10s, overlap: queue, catchup: all, run: \"sleep \$(cat $WORK/nap)\"}"
    begin cancel --no-mirror --no-alerts
    until_true 20 bash -c "rd-sched history --timetable cancel.yaml | jq -e -s 'any(.status == \"running\")'"
    rd-sched cancel "$(rd-sched history --timetable cancel.yaml | jq -r 'select(.status == "running") | .run')" --quiet --timetable cancel.yaml
    until_true 20 bash -c "rd-sched history --timetable cancel.yaml | jq -e -s 'any(.status == \"cancelled\")'"
    sleep 0.2
    echo 0.5 > "$WORK/nap"
    rd-sched history --timetable cancel.yaml | jq -r 'select(.status == "running") | .run' |
        xargs -r -n 1 rd-sched cancel --quiet --timetable cancel.yaml
    drain
    states cancel
    is "one that died while somebody ended a run, after the line of" "seen: success
queued: success
began: lost success
kept: lost success
cancelled: cancelled
ended: cancelled
settled: cancelled" "$(cat cancel.states)"
}

# A command's run begins and ends while the scheduler stands still.
stopped() {
    table stopped '{name: m, run: sleep 1.5}' '{name: tick, every: 1h, run: "true"}'
    begin stopped --no-alerts
    rd-sched run m --quiet --timetable stopped.yaml &
    run=$!
    until_true 20 bash -c "rd-sched history m --timetable stopped.yaml | jq -e 'select(.status == \"running\")'"
    sleep 0.3
    kill -STOP "$scheduler"
    wait "$run"
    kill -CONT "$scheduler"
    until_true 20 bash -c "compgen -G '$RD_HOME/sched/stopped-*/spool/*.json'"
    is "a run that ended while the scheduler stood still is told of as it ended" success \
        "$(jq -r .status "$RD_HOME"/sched/stopped-*/spool/*.json)"
    is "and keeps no scheduler from its end" yes "$(drains_within 15)"
}

# A day in which a job should have run every second, and a scheduler that is asked to end while it sorts that out.
backlog() {
    local body folder
    table backlog '{name: q, every: 1s, catchup: all, run: "true"}'
    begin backlog --no-mirror --no-alerts
    drain
    folder=$(echo "$RD_HOME"/sched/backlog-*)
    body="{\"at\":$((($(date +%s) - 86400) * 1000)),\"event\":\"seen\",\"job\":\"q\",\"trigger\":\"every 1s in UTC\""
    echo "$body,\"sum\":\"$(printf %s "$body" | sha256sum | head -c 16)\"}" > "$folder/journal.ndjson"
    begin backlog --no-mirror --no-alerts
    until_true 20 grep -q 'q: success' backlog.out
    has "the first of a day's backlog run at once" "$(cat backlog.out)" "q: success"
    is "and the scheduler ends when it is asked to" yes "$(drains_within 20)"
    is "the history is there in good time" yes "$(timeout 60 rd-sched history q -n 1 --timetable backlog.yaml > /dev/null && echo yes)"
}

# The journal can grow no more.
full_journal() {
    table full '{name: t, every: 1s, run: "true"}'
    (
        trap '' XFSZ
        ulimit -S -f 6
        exec rd-sched start --timetable full.yaml --log-format text --no-mirror --no-alerts
    ) > full.out 2>&1 &
    scheduler=$!
    until_true 30 grep -q 'nothing is begun while the state folder cannot be written' full.out
    has "a journal that cannot grow is said" "$(cat full.out)" "nothing is begun while the state folder cannot be written"
    is "its lines are whole" "" "$(journal_of full | jq -c 'select(.sum == null)')"
    before=$(history_of full | wc -l)
    sleep 2.5
    is "nothing runs that is not written down" "$before" "$(history_of full | wc -l)"
    prlimit --pid "$scheduler" --fsize=unlimited 2> /dev/null || python3 -c "import resource; resource.prlimit($scheduler, resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY,) * 2)"
    until_true 20 grep -q 'can be written again' full.out
    until_true 20 bash -c "[ \$(rd-sched history --timetable full.yaml -n 100000 | jq -c 'select(.status != \"queued\")' | wc -l) -gt $before ]"
    drain
    has "and goes on once there is room" "$(cat full.out)" "the state folder can be written again"
    is "more runs came" true "$([ "$(history_of full | wc -l)" -gt "$before" ] && echo true)"
    is "no date ran twice" "" "$(history_of full | jq -r .scheduled_for | sort | uniq -d)"
}

# One file under many names has one scheduler.
spellings() {
    local spelling codes=
    mkdir -p sub other
    table spelled '{name: tick, every: 1h, run: "true"}'
    ln -sf spelled.yaml linked.yaml
    ln -sfn "$PWD" other/folder
    begin spelled --no-mirror --no-alerts
    for spelling in spelled.yaml ./spelled.yaml sub/../spelled.yaml "$PWD//spelled.yaml" linked.yaml other/folder/spelled.yaml; do
        timeout 10 rd-sched start --quiet --no-mirror --no-alerts --timetable "$spelling" 2> /dev/null
        codes="$codes $?"
        rd-sched health --quiet --timetable "$spelling" 2> /dev/null
        codes="$codes:$?"
        rd-sched pause tick --quiet --timetable "$spelling"
        codes="$codes:$(rd-sched status --timetable spelled.yaml | jq -r 'select(.job == "tick").state')"
        rd-sched resume tick --quiet --timetable spelled.yaml
    done
    is "a second scheduler is refused and the first one found, whatever the path looks like" \
        " 75:0:paused 75:0:paused 75:0:paused 75:0:paused 75:0:paused 75:0:paused" "$codes"
    drain
}

# A disk without room for a byte, while a run goes on and after it.
full_disk() {
    local here=$RD_HOME
    export RD_HOME=$home/disk
    mkdir -p "$RD_HOME"
    if ! mount -t tmpfs -o size=256k tmpfs "$RD_HOME" 2> /dev/null; then
        echo "skip a full disk: no file system can be mounted here"
        export RD_HOME=$here
        return
    fi
    # shellcheck disable=SC2016
    table disk '{name: t, every: 3s, run: "echo $RD_SCHEDULED_FOR >> ../disk.began; sleep 1.5; echo $RD_SCHEDULED_FOR >> ../disk.done"}'
    sed -i "s|\.\./disk|$WORK/disk|g" disk.yaml
    : > "$WORK/disk.began"
    begin disk --no-mirror --no-alerts
    for round in 1 2 3; do
        began=$(wc -l < "$WORK/disk.began")
        until_true 20 bash -c "[ \$(wc -l < $WORK/disk.began) -gt $began ]"
        # Again and again, so that what a run gives back is taken too.
        for _ in $(seq 50); do
            cat /dev/zero >> "$RD_HOME/filler" 2> /dev/null
            sleep 0.1
        done
        rm "$RD_HOME/filler"
        until_true 20 bash -c "grep -c 'can be written again' disk.out | grep -qx $round"
    done
    has "a full disk is said" "$(cat disk.out)" "nothing is begun while the state folder cannot be written"
    is "and that there is room again" 3 "$(grep -c 'the state folder can be written again' disk.out)"
    sleep 4
    drain
    history_of disk > disk.runs
    is "no date ran twice" "" "$(sort "$WORK/disk.began" | uniq -d)"
    is "every run is known as it ended" "success $(wc -l < "$WORK/disk.done")" "$(jq -r .status disk.runs | sort | uniq -c | awk '{ print $2, $1 }')"
    is "no room stays taken" "" "$(ls "$RD_HOME"/sched/disk-*/results)"
    umount "$RD_HOME"
    export RD_HOME=$here
}

for part in ${RECOVERY_PARTS:-every_state retry_states cancelled_states stopped spellings backlog full_journal full_disk}; do $part; done
