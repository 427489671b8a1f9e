# shellcheck shell=bash
# rd-alert on runs that fail, warn, are slow, odd or missing; and every channel against real servers on this machine.
sinks=
over() {
    [ -z "$sinks" ] || kill "$sinks" 2> /dev/null
    finish
}
trap over EXIT
python3 "$CHECKOUT/Tests/Integration/alert_sinks.py" "$WORK" &
sinks=$!
for _ in {1..100}; do
    [ -s "$WORK/http.port" ] && break
    sleep 0.1
done
web=http://127.0.0.1:$(cat "$WORK/http.port")
SMTP_PORT=$(cat "$WORK/smtp.port")
export SMTP_PORT

# The secrets, of which nothing may be seen anywhere.
token=T0k3nWh1chN0b0dyMaySee
export HOOK_OK=$web/ok/$token HOOK_FLAKY=$web/flaky/$token HOOK_BUSY=$web/busy/$token HOOK_KEY="Bearer $token-key"
export HOOK_BROKEN=$web/broken/$token HOOK_SLOW=$web/slow/$token HOOK_REDIRECT=$web/redirect/$token
export HOOK_DEAD=http://user:$token@127.0.0.1:1/services/$token
printf '%s\n' "$web/ok/$token" > "$WORK/url"

# config CHANNEL...: a configuration with these channels.
config() {
    local name
    printf 'kind: alerts\nversion: 1\nwatch: {missed: {least: 1m}, slow: {least: 1s}}\n'
    [ $# -gt 0 ] && echo 'channels:'
    for name; do
        case $name in
            program) echo "  - {channel: program, type: command, command: [tee, -a, $WORK/program], severity: info, remind: 1d}" ;;
            mail) echo "  - {channel: mail, type: mail, from: rd@example.org, to: [a@example.org, b@example.org], sendmail: $CHECKOUT/Tests/Integration/alert_sendmail.py}" ;;
            chat) echo "  - {channel: chat, type: slack, url_file: $WORK/url, severity: critical}" ;;
            hang) echo "  - {channel: hang, type: command, command: [sh, -c, 'sleep 60 & sleep 60'], timeout: 1s, attempts: 1}" ;;
            telltale) echo "  - {channel: telltale, type: command, command: [sh, -c, 'echo \"cannot reach \$HOOK_OK, \$HOOK_KEY\" >&2; exit 1'], attempts: 1}" ;;
            cut) echo "  - {channel: cut, type: command, command: [sh, -c, 'printf %0180d 0 >&2; echo \" \$HOOK_OK\" >&2; exit 1'], attempts: 1}" ;;
            *) echo "  - {channel: $name, type: webhook, url_env: HOOK_${name^^}, timeout: 1s, attempts: 2, backoff: 1s, headers: [{name: Authorization, value_env: HOOK_KEY}]}" ;;
        esac
    done
}
config > "$WORK/none.yaml"
config program mail chat > "$WORK/three.yaml"
# Everything that any command says goes to one file, in which the secrets are looked for at the end.
# Two files, since one pipeline may not read and write one.
alert() { rd-alert "$@" 2>> "$WORK/complaints" | tee -a "$WORK/said"; }
look() { alert run --config "$WORK/${1-none}.yaml"; }
brief() { jq -rc 'select(.event) | "\(.event) \(.alert.kind) \(.alert.severity) \(.alert.job) \(.alert.subject) \(.alert.count)"'; }
rd-config check -q "$WORK/three.yaml" "$WORK/none.yaml"
is "the configurations are right" 0 $?
fresh

# --- runs that fail and go well again
rd-gen -q --rows 500 --seed 1 --months 1 > "$WORK/a.csv"
rd-gen -q --rows 500 --seed 2 --months 1 > "$WORK/b.csv"
# nightly FILE LINES [OPTION]...: a run of the job, of that many lines of its stream.
nightly() {
    rd-ingest -q --job-name nightly "$WORK/$1.csv" | head -n "$2" | rd-load -q "${@:3}" > /dev/null 2>&1
}
look > /dev/null
nightly a 100
is "a failed load is an alert" "opened job_failure critical nightly run 1" "$(look three | brief)"
is "a second look has nothing to say" "0 0" "$(look three | jq -r 'select(.summary) | "\(.summary.runs) \(.summary.told)"')"
nightly a 90
is "the same trouble again is counted" "repeated job_failure critical nightly run 2" "$(look three | brief)"
rd-gen -q --rows 500 --seed 3 --months 1 > "$WORK/c.csv"
nightly c 1000000
is "a good run of another file does not end it" "" "$(look three | brief)"
nightly a 1000000
is "a good run ends it" "resolved job_failure critical nightly run 2" "$(look three | brief)"
is "with the time that it took" "t resolved rd-alert" \
    "$(sql "SELECT time_to_recover >= '0', status, resolved_by FROM retail_dw.quality_alerts" | tr '|' ' ')"

# --- quality
cat > "$WORK/rules.yaml" <<'END'
kind: quality-rules
version: 1
min_rows: 1
gates:
  loading:
    - {rule: quantities_are_small, dimension: validity, column: quantity, max: 1, fail: 0 rows}
END
sed 's/fail: 0 rows/warn: 0 rows/' "$WORK/rules.yaml" > "$WORK/warn.yaml"
nightly b 1000000 --quality "$WORK/rules.yaml"
is "a gate that failed is one alert" "opened quality_violation critical nightly loading/quantities_are_small 1" "$(look | brief)"
nightly b 1000000 --quality "$WORK/warn.yaml"
has "then only a warning" "$(look | brief)" "repeated quality_violation warning nightly loading/quantities_are_small 2"
sed 's/max: 1,/max: 100000000,/' "$WORK/rules.yaml" > "$WORK/good.yaml"
nightly c 1000000 --force --quality "$WORK/good.yaml"
nightly c 1000000 --force
is "within its limits in another file, or no more a rule of that, it is not over" "" "$(look | brief)"
nightly b 1000000 --force --quality "$WORK/good.yaml"
is "within its limits it is over" "resolved quality_violation warning nightly loading/quantities_are_small 2" "$(look | brief)"

# --- slow, missed and odd runs, from a history that is written here
# runs JOB COUNT SECONDS STEP LAST: so many loads, each so long, so many minutes apart, the last so many minutes ago
runs() {
    sql "INSERT INTO retail_dw.etl_job_runs (run, job_name, status, records_processed, duration, created_at, exit_code)
        SELECT gen_random_uuid(), '$1', 'success', 1000, $3, now() - make_interval(mins => $5 + $4 * (i - 1)), 0
        FROM generate_series(1, $2) AS i"
}
runs paced 8 10 600 60
is "usual runs are no news" "" "$(look | brief)"
runs paced 1 100 0 30
is "one that takes ten times as long is" "opened performance_degradation warning paced duration 1" "$(look | brief)"
runs paced 1 10 0 1
is "until the next one" "resolved performance_degradation warning paced duration 1" "$(look | brief)"
runs hourly 8 5 60 300
is "a run that should have been is missed" "opened missed_run critical hourly interval 1" "$(look | brief)"
is "and that is no news an hour later" "" "$(look | brief)"
runs hourly 1 5 0 0
is "until it comes" "resolved missed_run critical hourly interval 1" "$(look | brief)"
runs one 3 5 60 600
is "three runs are too few to expect a fourth" "" "$(look | brief)"
# The scheduler tells of a run at once, and the history has it later.
for run in 1 2; do
    alert raise --config "$WORK/none.yaml" --kind job_failure --severity critical --job told --subject run --message "told at once" \
        --run "00000000-0000-7000-8000-00000000000$run" > /dev/null
done
failed() {
    sql "INSERT INTO retail_dw.etl_job_runs (run, job_name, kind, status, chain_status, records_processed, duration, created_at, exit_code)
        VALUES ('00000000-0000-7000-8000-00000000000$1', 'told', 'chain', 'failed', 'failed', 0, 1, now() - interval '2 seconds', 65)"
}
failed 1
failed 2
is "a run that was told of is no news in the history" "" "$(look | brief)"
is "and counts once" 2 "$(rd-alert list --job told | jq .count)"
failed 3
is "one that was not told of counts" "repeated job_failure critical told run 3" "$(look | brief)"
# verdict STATUS VALUE: what rd-quality anomalies says of the rows of the newest paced run
verdict() {
    sql "INSERT INTO retail_dw.quality_verdicts
            (run, job_name, source_name, subject, kind, method, status, value, statistic, low, high, history)
        SELECT run, job_name, 'sales.csv', 'rows', 'rows', 'robust_z', '$1', $2, $2, 900, 1100, 20
        FROM retail_dw.etl_job_runs WHERE job_name = 'paced' AND run NOT IN (SELECT run FROM retail_dw.quality_verdicts)
        ORDER BY created_at DESC LIMIT 1"
}
verdict anomaly 120
look > "$WORK/odd"
is "an odd number is an anomaly" "opened anomaly warning paced rows of sales.csv 1" "$(brief < "$WORK/odd")"
is "with its band" "rows of sales.csv is 120; 900 to 1100 was expected (robust_z) 120 900" \
    "$(jq -r 'select(.event) | .alert | "\(.message) \(.value) \(.threshold)"' "$WORK/odd")"
is "once" "" "$(look | brief)"
sql "UPDATE retail_dw.etl_job_runs SET created_at = created_at - interval '1 minute' WHERE job_name = 'paced'"
runs paced 1 10 0 0
verdict expected 1000
is "until a run is as expected" "resolved anomaly warning paced rows of sales.csv 1" "$(look | brief)"
is "the five kinds were seen" "anomaly job_failure missed_run performance_degradation quality_violation" \
    "$(sql "SELECT string_agg(DISTINCT kind, ' ' ORDER BY kind) FROM retail_dw.quality_alerts")"
is "a plan changes nothing" "f 1" "$(runs x 1 1 0 0; alert run --plan --config "$WORK/none.yaml" > /dev/null
    sql "SELECT count(*) = 0 FROM retail_dw.alert_looks" | tr '\n' ' '; look | jq -r 'select(.summary) | .summary.runs')"

# --- two at a time
for _ in {1..20}; do alert raise --config "$WORK/none.yaml" --kind job_failure --job together --subject "it's" > /dev/null & done
mapfile -t raising < <(jobs -p | grep -vx "$sinks")
wait "${raising[@]}"
is "twenty at once are one alert with a count" "1|20" \
    "$(sql "SELECT count(*), sum(count) FROM retail_dw.quality_alerts WHERE job_name = 'together'")"

# --- the channels
raise() { alert raise --config "$WORK/$1.yaml" --kind job_failure --severity "$2" --job "$3" --subject s --message "$4"; }
: > "$WORK/program"
evil=$'over & <out>\nBcc: evil@example.org ünd 😀'
raise three critical night "$evil" > /dev/null
is "a program gets it as JSON" "opened night over & <out> Bcc: evil@example.org ünd 😀" \
    "$(jq -r 'select(.alert.job == "night") | "\(.event) \(.alert.job) \(.alert.message)"' "$WORK/program")"
mail() {
    python3 - "$WORK"/mail/*.eml <<'END'
import email, email.policy, sys
mails = [email.message_from_bytes(open(name, "rb").read(), policy=email.policy.default) for name in sys.argv[1:]]
message = next(mail for mail in mails if " night:" in mail["Subject"])
print(message["X-Recipients"], "|", message["Subject"], "|", message["Bcc"], "|", message.get_content().split("\n")[0])
END
}
is "a mail goes to whom it should and to nobody else" \
    "<a@example.org> <b@example.org> | [critical] night: over & <out> Bcc: evil@example.org ünd 😀 | None | over & <out> Bcc: evil@example.org ünd 😀" "$(mail)"
is "a chat gets it without markup" "[critical] night: over &amp; &lt;out&gt; Bcc: evil@example.org ünd 😀 danger" \
    "$(jq -r 'select(.body.attachments) | "\(.body.text) \(.body.attachments[0].color)"' "$WORK/http.ndjson" | tail -n 1)"
before=$(wc -l < "$WORK/http.ndjson")
raise three warning mild "not so bad" > /dev/null
is "a channel is left alone by what is not bad enough" "$before" "$(wc -l < "$WORK/http.ndjson")"
alert silence --config "$WORK/three.yaml" --job night --for 1h --reason "moving" > /dev/null
: > "$WORK/program"
raise three critical night "again" > /dev/null
is "nobody is told of what is silenced" "" "$(cat "$WORK/program")"
is "which a list shows" "night 2 true" "$(alert list --job night | jq -r '"\(.job) \(.count) \(.silenced_until != null)"')"
is "acknowledged by whom" "acknowledged ann seen" \
    "$(alert ack --config "$WORK/none.yaml" --job night --by ann --note seen | jq -r '"\(.status) \(.acknowledged_by) \(.acknowledged_note)"')"
is "resolved by hand" "resolved ann" \
    "$(alert resolve --config "$WORK/none.yaml" --job night --by ann | jq -r '"\(.status) \(.resolved_by)"')"

# --- webhooks that fail
for name in ok flaky busy broken slow redirect dead; do config "$name" program > "$WORK/$name.yaml"; done
config hang program > "$WORK/hang.yaml"
hook() { jq -r "select(.path == \"$1\") | \"\\(.status) \\(.authorization) \\(.body.event) \\(.body.alert.job)\"" "$WORK/http.ndjson" | tail -n "$2"; }
raise ok warning hooked text > /dev/null
is "a webhook gets the alert with its header" "200 $HOOK_KEY opened hooked" "$(hook ok 9 | grep ' hooked$')"
# Alerts that earlier looks left untold are told as well, so each name looks at its own job only.
alert resolve --config "$WORK/none.yaml" --kind job_failure > /dev/null
raise flaky warning f1 text > /dev/null
is "an error of the server is tried again" "500 200" "$(hook flaky 2 | cut -d' ' -f1 | paste -sd' ')"
raise busy warning f2 text > /dev/null
is "and so is one that asks to wait" "429 200" "$(hook busy 9 | cut -d' ' -f1 | head -n 2 | paste -sd' ')"
alert resolve --config "$WORK/none.yaml" --kind job_failure > /dev/null
# dead NAME REASON: the channel cannot be told, the program beside it is told of both, and the command succeeds.
dead() {
    : > "$WORK/program"
    rd-alert raise --config "$WORK/$1.yaml" --kind job_failure --job "about-$1" --subject s > "$WORK/out" 2> "$WORK/err"
    is "$1: exit 0" 0 $?
    cat "$WORK/out" "$WORK/err" >> "$WORK/said"
    has "$1: the reason is said" "$(cat "$WORK/err")" "$2"
    is "$1: the other channel is told of the alert and of the channel" "about-$1 rd-alert channel $1" \
        "$(jq -r 'select(.event == "opened") | if .alert.job == "rd-alert" then "rd-alert \(.alert.subject)" else .alert.job end' "$WORK/program" | paste -sd' ')"
}
dead broken 'answered 500 (no such hook: ***), 2 times'
dead slow 'Timeout was reached, 2 times'
dead redirect 'answered 302, a redirect, which is not followed'
dead dead "http://127.0.0.1:1/***: Couldn't connect to server, 2 times"
dead hang 'sh took longer than 1 s and was ended'
is "what was not delivered is kept" "1|t" \
    "$(sql "SELECT failures, error LIKE '%answered 500%' FROM retail_dw.alert_deliveries JOIN retail_dw.quality_alerts USING (alert_id)
        WHERE channel = 'broken' AND job_name = 'about-broken'")"
export HOOK_BROKEN=$HOOK_OK
is "a channel that works again is told, and its own alert is over" "resolved job_failure warning rd-alert channel broken 1" \
    "$(look broken > "$WORK/out"; sql "SELECT status || ' ' || kind || ' ' || severity || ' ' || job_name || ' ' || subject || ' ' || count
        FROM retail_dw.quality_alerts WHERE subject = 'channel broken'")"
is "the test of a channel that works" "true 0" "$(alert test ok --config "$WORK/ok.yaml" | jq -r .ok) $?"
rd-alert test dead --config "$WORK/dead.yaml" > "$WORK/out" 2>> "$WORK/said"
is "the test of one that does not" "69 false" "$? $(jq -r .ok "$WORK/out")"

# --- without a database
: > "$WORK/program"
(export RD_DATABASE_URL=postgresql://nobody@127.0.0.1:1/none
    rd-alert raise --config "$WORK/ok.yaml" --kind job_failure --job offline --subject s > "$WORK/out" 2> "$WORK/err"
    is "without a database raise succeeds" 0 $?
    has "and says so" "$(cat "$WORK/err")" "no database takes the alert"
    rd-alert run --config "$WORK/ok.yaml" > /dev/null 2>> "$WORK/said"
    is "a look fails" 69 $?)
is "the channels were told of both" "offline rd-alert" "$(jq -r .alert.job "$WORK/program" | paste -sd' ')"
look ok > /dev/null
is "the next look brings the alert into the warehouse" "1" "$(sql "SELECT count(*) FROM retail_dw.quality_alerts WHERE job_name = 'offline'")"
is "and nobody is told twice" 1 "$(grep -c '"offline"' "$WORK/program")"

# --- what no warehouse takes keeps nothing else back
rd-alert raise --no-database --config "$WORK/none.yaml" --kind anomaly --job p --subject x --value 1e999999 > /dev/null 2> "$WORK/err"
is "a number beyond all bounds is refused" 65 $?
has "with what was expected" "$(cat "$WORK/err")" "'value' of an alert is 1e999999; expected a number of at most 40 characters"
spool=$RD_HOME/alerts.spool
printf '%s\n' '{"kind":"anomaly","severity":"warning","job":"p","subject":"x","message":"m","value":1e999999,"told":[]}' \
    '{"kind":"anomaly","severity":"warning","job":"refused","subject":"x","message":"m","told":[]}' '{"kind":"anom' >> "$spool"
alert raise --no-database --config "$WORK/none.yaml" --kind anomaly --job behind --subject x > /dev/null
sql "ALTER TABLE retail_dw.quality_alerts ADD CONSTRAINT test_check CHECK (job_name <> 'refused')" > /dev/null
rd-alert raise --config "$WORK/none.yaml" --kind job_failure --job real --subject x > /dev/null 2> "$WORK/err"
is "an alert behind those is raised" "0 1" "$? $(sql "SELECT count(*) FROM retail_dw.quality_alerts WHERE job_name = 'real'")"
is "and so is a good one of the spool" 1 "$(sql "SELECT count(*) FROM retail_dw.quality_alerts WHERE job_name = 'behind'")"
is "the others are said" 3 "$(grep -c 'is set aside in' "$WORK/err")"
is "and kept beside" "3 0" "$(wc -l < "$spool.refused") $(wc -c < "$spool")"
look > "$WORK/out"
is "looks go on" 0 $?
rd-alert raise --config "$WORK/none.yaml" --kind job_failure --job refused --subject now > /dev/null 2>> "$WORK/said"
is "an alert that the database refuses fails" 65 $?
is "but stands in the alert log" "alert.raised refused now" \
    "$(tail -n 1 "$RD_HOME/alerts.ndjson" | jq -r '.attributes | "\(."event.name") \(."alert.job") \(."alert.subject")"')"

# --- what may not be seen
# A program quotes what other channels keep secret, beyond the length to which its words are cut, too.
alert resolve --config "$WORK/none.yaml" --job behind > /dev/null
alert resolve --config "$WORK/none.yaml" --job real > /dev/null
config telltale program ok > "$WORK/telltale.yaml"
dead telltale "ended with exit code 1: cannot reach ***, ***"
config cut program ok > "$WORK/cut.yaml"
dead cut "0 ***"
cat > "$WORK/sendmail" <<'END'
#!/bin/sh
cat > /dev/null
echo "no route to $HOOK_OK and https://elsewhere.example/$HOOK_KEY" >&2
exit 1
END
chmod +x "$WORK/sendmail"
sed "s#sendmail: [^}]*}#sendmail: $WORK/sendmail, attempts: 1}#" "$WORK/three.yaml" > "$WORK/mailer.yaml"
raise mailer critical mailer text > "$WORK/out"
rd-alert test mail --config "$WORK/mailer.yaml" > "$WORK/out" 2>> "$WORK/said"
has "nor does a mailer's complaint" "$(cat "$WORK/out")" "no route to ***"
cat "$WORK/out" >> "$WORK/said"
rd-db psql -XqAt -c 'TABLE retail_dw.quality_alerts' -c 'TABLE retail_dw.alert_deliveries' > "$WORK/tables"
is "no secret in what was said, logged or kept" "" \
    "$(grep -rlF -e "$token" "$WORK/said" "$WORK/complaints" "$WORK/tables" "$RD_HOME/alerts.ndjson" "$RD_HOME/audit.ndjson" "$WORK/program" "$WORK/mail" 2> /dev/null)"
is "the alert log has each event" t "$(jq -s 'length > 30 and all(.timestamp and .severityText and .body)' "$RD_HOME/alerts.ndjson" | sed s/true/t/)"
