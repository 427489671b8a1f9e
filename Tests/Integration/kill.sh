# shellcheck shell=bash
# Whatever is killed, whenever: the warehouse is as it was, the exit code says what kind of failure it was, and the next
# run succeeds with nothing cleaned by hand.
POINTS=${RD_KILL_POINTS:-20}

rd-gen --rows 12000 --seed 11 > "$WORK/first.csv"
rd-gen --rows 30000 --seed 12 --months 9 --start 2012-01 > "$WORK/second.csv"
mkfifo "$WORK/a" "$WORK/b" "$WORK/c"

start() {
    rd-ingest "$WORK/second.csv" > "$WORK/a" 2> "$WORK/ingest.err" &
    ingest=$!
    rd-clean < "$WORK/a" > "$WORK/b" 2> "$WORK/clean.err" &
    clean=$!
    rd-transform < "$WORK/b" > "$WORK/c" 2> "$WORK/transform.err" &
    transform=$!
    rd-load < "$WORK/c" > "$WORK/load.out" 2> "$WORK/load.err" &
    load=$!
}

backend() { sql "SELECT pid FROM pg_stat_activity WHERE application_name = 'rd-load' LIMIT 1"; }

fresh
rd-ingest "$WORK/first.csv" | rd-clean | rd-transform | rd-load > /dev/null
before=$(fingerprint)
is "a first load" 1 "$(sql 'SELECT count(*) FROM retail_dw.data_versions')"

# How long an undisturbed run takes, to spread the kills over.
began=$(date +%s%N)
start
wait "$ingest" "$clean" "$transform" "$load"
took=$(($(date +%s%N) - began))
fresh
rd-ingest "$WORK/first.csv" | rd-clean | rd-transform | rd-load > /dev/null

# kill_one WHO POINT: says what went wrong; nothing where all is well.
kill_one() {
    local code expected=76 victim
    start
    sleep "$(awk -v took="$took" -v r="$RANDOM" 'BEGIN { printf "%.3f", took / 1e9 * r / 32768 }')"
    case $1 in
        ingest) victim=$ingest ;;
        clean) victim=$clean ;;
        transform) victim=$transform ;;
        load) victim=$load expected=137 ;;
        backend) victim=$(backend) expected=75 ;;
    esac
    [ -n "$victim" ] && kill -9 "$victim" 2> /dev/null
    wait "$load" 2> /dev/null
    code=$?
    wait "$ingest" "$clean" "$transform" 2> /dev/null
    if [ "$code" -eq 0 ]; then
        late=$((late + 1))
        fresh
        rd-ingest "$WORK/first.csv" | rd-clean | rd-transform | rd-load > /dev/null
        return
    fi
    # A server that was killed under a connecting client is not there; one killed before the stream came is the same.
    [ "$1" = backend ] && [ "$code" -eq 69 ] && expected=69
    [ "$code" -eq "$expected" ] || echo "exit $code in place of $expected: $(tail -n 1 "$WORK/load.err")"
    [ "$(fingerprint)" = "$before" ] || echo "the warehouse changed: $(fingerprint), before $before"
}

for who in ingest clean transform load backend; do
    late=0 wrong=
    for ((point = 0; point < POINTS; point++)); do
        wrong+=$(kill_one "$who" 2>&1 | head -c 600)
    done
    is "$who killed at $POINTS points" "" "$wrong"
done

start
wait "$load"
is "the next run succeeds" 0 $?
wait
is "and loads everything" 2 "$(sql 'SELECT count(*) FROM retail_dw.data_versions')"
is "no month is left unattached" 0 "$(sql "SELECT count(*) FROM pg_class c WHERE relname LIKE 'fact\_sales\_2%' AND relkind = 'r'
    AND NOT EXISTS (SELECT FROM pg_inherits WHERE inhrelid = c.oid)")"
