# shellcheck shell=bash
# Other programs in the middle of the pipe, and pipes that break.
rd-gen --rows 8000 --seed 21 > "$WORK/sales.csv"
truth=$(rd-gen --rows 8000 --seed 21 --describe)
facts=$(jq .facts <<< "$truth")
net=$(jq -r .net_amount <<< "$truth")
loaded="SELECT count(*), sum(net_amount) FROM retail_dw.fact_sales"

fresh
rd-ingest "$WORK/sales.csv" | tee "$WORK/raw.ndjson" | rd-clean | rd-transform | rd-load > /dev/null
is "tee in the middle" "$facts|$net" "$(sql "$loaded")"

empty=$(fresh && fingerprint)
(rd-ingest "$WORK/sales.csv" | head -c 400000 | rd-clean | rd-transform | rd-load) > /dev/null 2> "$WORK/err"
is "head -c in the middle: exit 76" 76 $?
is "head -c in the middle: nothing loaded" "$empty" "$(fingerprint)"
has "and it says which stage was heard of last" "$(cat "$WORK/err")" "ingest"
(rd-ingest "$WORK/sales.csv" | rd-clean | rd-transform | head -n 500 | rd-load) > /dev/null 2>&1
is "head -n before the load: exit 76" 76 $?
is "head -n before the load: nothing loaded" "$empty" "$(fingerprint)"
(set +o pipefail; rd-ingest "$WORK/sales.csv" | rd-clean | head -c 300000 | rd-transform | rd-load) > /dev/null 2>&1
is "without pipefail the load still says so" 76 $?
rd-load < /dev/null > /dev/null 2>&1
is "an empty stream loads nothing: exit 76" 76 $?
rd-ingest "$WORK/sales.csv" | head -n 1000 | rd-clean | rd-transform > "$WORK/cut.ndjson" 2> /dev/null
rd-load --partial < "$WORK/cut.ndjson" > "$WORK/out" 2> /dev/null
is "--partial does not override an abort" 76 $?
rd-ingest "$WORK/sales.csv" > "$WORK/raw.ndjson"
head -n 1000 "$WORK/raw.ndjson" | rd-load --partial > "$WORK/out" 2> /dev/null
is "--partial loads a cut stream" "0 true" "$? $(jq .partial "$WORK/out")"

if command -v jq > /dev/null; then
    fresh
    country=$(rd-ingest --bare "$WORK/sales.csv" | jq -r .country | sort | uniq -c | sort -rn | sed -n '2s/^ *[0-9]* //p')
    rd-ingest "$WORK/sales.csv" | jq -c --arg country "$country" 'select(has("@rd") or .country == $country)' | rd-clean | rd-transform | rd-load > "$WORK/out"
    is "jq drops rows: the ledger has an opaque stage" "ingest opaque clean transform load" \
        "$(jq -r '.stages[].stage' "$WORK/out" | paste -sd' ')"
    is "and only those rows are there" "$country" "$(sql 'SELECT country_name FROM retail_dw.dim_country')"
    fresh
    rd-ingest --bare "$WORK/sales.csv" | jq -c . | rd-clean | rd-load > "$WORK/out"
    is "bare NDJSON through jq" "true $facts" "$(jq -r '"\(.bare) \(.inserted)"' "$WORK/out")"
    (rd-ingest --bare "$WORK/sales.csv" | head -n 100 | rd-load --expect-rows 8000) > /dev/null 2>&1
    is "--expect-rows makes bare streams safe" 65 $?
else
    echo "skip jq is not installed"
fi
if command -v mlr > /dev/null; then
    fresh
    rd-ingest "$WORK/sales.csv" | mlr --ijsonl --ojsonl cat | rd-clean | mlr --ijsonl --ojsonl cat | rd-transform | rd-load > /dev/null
    is "Miller in the middle" "$facts|$net" "$(sql "$loaded")"
else
    echo "skip Miller is not installed"
fi
if command -v pv > /dev/null; then
    fresh
    rd-ingest "$WORK/sales.csv" | pv -q | rd-clean | rd-load > /dev/null
    is "pv in the middle" "$facts|$net" "$(sql "$loaded")"
else
    echo "skip pv is not installed"
fi

cat > "$WORK/Makefile" <<'END'
all: ; @rd-ingest sales.csv | rd-clean | rd-transform | rd-load > loaded.json
cut: ; @rd-ingest sales.csv | head -c 200000 | rd-clean | rd-load > cut.json
END
fresh
make -s -C "$WORK" all
is "from Make without pipefail" "0 $facts|$net" "$? $(sql "$loaded")"
fresh
make -s -C "$WORK" cut > /dev/null 2>&1
is "Make sees a cut stream without pipefail" "2 $empty" "$? $(fingerprint)"
make -s -C "$WORK" SHELL=/bin/bash .SHELLFLAGS="-o pipefail -c" all > /dev/null
is "from Make with pipefail" "0 $facts|$net" "$? $(sql "$loaded")"

for how in gz zst xz; do
    fresh
    case $how in gz) tool=gzip ;; zst) tool=zstd ;; xz) tool=xz ;; esac
    command -v "$tool" > /dev/null || {
        echo "skip $tool is not installed"
        continue
    }
    "$tool" -qc < "$WORK/sales.csv" > "$WORK/sales.csv.$how"
    rd-ingest "$WORK/sales.csv.$how" | rd-clean | rd-load > /dev/null
    is "a .$how file" "$facts|$net" "$(sql "$loaded")"
    is "the same .$how file again" already_loaded "$(rd-ingest "$WORK/sales.csv.$how" | rd-load | jq -r .status)"
    head -c "$(($(stat -c %s "$WORK/sales.csv.$how") / 2))" "$WORK/sales.csv.$how" > "$WORK/cut.csv.$how"
    rd-ingest "$WORK/cut.csv.$how" > "$WORK/out" 2> "$WORK/err"
    is "a .$how file that is cut: exit 74 and no close" "74 0" "$? $(grep -c '"@rd":"close"' "$WORK/out")"
done
rd-ingest "$WORK/sales.csv" > /dev/full 2> "$WORK/err"
is "a full disk: exit 74" 74 $?
has "and it says so" "$(cat "$WORK/err")" "No space left"
