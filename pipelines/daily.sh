#!/usr/bin/env bash
# The work of a day: loads one sales file into the warehouse and checks that every row of it is accounted for.
#
#   pipelines/daily.sh FILE            by hand, from cron, or as the `run:` of a job
#   RETAIL_CSV=FILE pipelines/daily.sh
#
# FILE may be .gz, .zst or .xz. Running it again does no harm: a file that was loaded before is recognised by its hash.
# Nothing is loaded unless everything is, so after a failure it is simply run again. The exit code says whether that can
# help: 75 (another load is at work, a connection was lost) and 69 (no database) may go well another time; 65 and 66
# (the data, the file) will not. rd-sched tries again after 75 and 69 only, and cron can be told by `|| [ $? -eq 75 ]`.
#
# RD_RUN_ID and RD_JOB, which rd-sched sets, name the run and the job in the warehouse; without them each run has an
# identity of its own and the job is called daily. The report of the load, one line of JSON, is standard output.
set -euo pipefail

top=$(dirname "$(dirname "$(readlink -f "$0")")")
command -v rd > /dev/null && command -v rd-load > /dev/null || PATH=$top/bin:$PATH
export RD_JOB=${RD_JOB:-daily}

if [ $# -gt 1 ]; then
    echo "usage: daily.sh FILE" >&2
    exit 64
fi
file=${1:-${RETAIL_CSV-}}
if [ -z "$file" ]; then
    echo "daily.sh: no file; name one, or set RETAIL_CSV" >&2
    exit 64
fi

# Makes the warehouse where there is none, and brings an older one up to date; otherwise it does nothing.
rd-db init --quiet > /dev/null

# `rd etl` is `rd-ingest FILE | rd-clean | rd-transform | rd-load`, and ends with the code of the stage that failed and
# not of those that only noticed.
rd etl --source "$file"

unaccounted=$(rd-db psql -XqAt -v ON_ERROR_STOP=1 -f "$top/sql/queries/count_unaccounted.sql")
if [ "$unaccounted" -ne 0 ]; then
    echo "daily.sh: $unaccounted rows are neither facts nor rejects" >&2
    exit 70
fi
