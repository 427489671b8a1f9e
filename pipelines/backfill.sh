#!/usr/bin/env bash
# Loads many sales files, one after another in the order given: the past, before a timetable takes over.
#
#   pipelines/backfill.sh [--keep-going] FILE...
#   pipelines/backfill.sh /data/in/2010-*.csv.gz /data/in/2011-*.csv.gz
#
# Give the oldest first: customers and products change, and a later file's word counts. Each file is loaded whole or not
# at all, by a run of its own. Interrupted or failed, it is started again with the same files: those that are in the
# warehouse are recognised by their hash and passed over. It stops at the first file that cannot be loaded, unless
# --keep-going is given; then it ends with the code of the first failure.
#
# Under rd-sched (a job without a trigger, for `rd-sched run backfill`) its own run is the parent of the files' runs:
# OpenLineage events name it.
#
# Needs jq. Standard output has one line of JSON a file: {"file":...,"code":0,"status":...,"version":...,"inserted":...}.
set -euo pipefail

top=$(dirname "$(dirname "$(readlink -f "$0")")")
command -v rd > /dev/null && command -v rd-load > /dev/null || PATH=$top/bin:$PATH
keep_going=
if [ "${1-}" = --keep-going ]; then
    keep_going=1
    shift
fi
if [ $# -eq 0 ]; then
    echo "usage: backfill.sh [--keep-going] FILE..." >&2
    exit 64
fi

if [ -n "${RD_RUN_ID-}" ]; then
    export RD_PARENT_RUN_ID=$RD_RUN_ID RD_PARENT_JOB=${RD_JOB:-backfill}
    unset RD_RUN_ID
fi
export RD_JOB=${RD_JOB:-backfill}

report=$(mktemp)
trap 'rm -f "$report"' EXIT
rd-db init --quiet > /dev/null

# account FILE CODE: what became of a file, in a line.
account() {
    if [ "$2" -eq 0 ]; then
        jq -c --arg file "$1" '{file: $file, code: 0, status, version, inserted}' "$report"
    else
        jq -nc --arg file "$1" --argjson code "$2" '{file: $file, code: $code, status: "failed"}'
    fi
}

first=0 place=0
for file; do
    place=$((place + 1))
    echo "backfill: $place of $#: $file" >&2
    code=0
    rd etl --source "$file" > "$report" || code=$?
    account "$file" "$code"
    if [ "$code" -ne 0 ]; then
        [ "$first" -ne 0 ] || first=$code
        [ -n "$keep_going" ] || break
    fi
done
exit "$first"
