#!/usr/bin/env bash
# The demonstration behind `make demo`: a file goes through the four filters into a warehouse, and a few queries show
# what came of it. `pipelines/demo.sh [FILE]` takes a file of your own; without one it takes the UCI Online Retail file
# where that lies beside the checkout, else a file of the same shape that rd-gen makes.
#
# The warehouse is the one of every other command: the private server under .rd/, unless RD_DATABASE_URL or libpq's
# variables name another. Nothing is loaded twice: a second run finds the file loaded.
set -euo pipefail

top=$(dirname "$(dirname "$(readlink -f "$0")")")
PATH=$top/bin:$PATH
real=$top/../shared/data/OnlineRetail.csv.xz

say() { printf '\n\033[1m%s\033[0m\n' "$*" | if [ -t 1 ] && [ -z "${NO_COLOR-}" ]; then cat; else sed 's/\x1b\[[01]m//g'; fi; }
query() { rd-db psql -X -q -v ON_ERROR_STOP=1 -P pager=off "$@"; }

file=${1-}
if [ -z "$file" ] && [ -r "$real" ]; then
    file=$real
elif [ -z "$file" ]; then
    file=${RD_HOME:-$top/.rd}/demo.csv
    say "The real file is not here: rd-gen makes one of its shape, $file"
    mkdir -p "$(dirname "$file")"
    rd-gen -o "$file"
fi

say "The warehouse: rd-db init"
rd-db init

say "The pipeline: rd-ingest $file | rd-clean | rd-transform | rd-load"
time rd-ingest --job-name demo -- "$file" | rd-clean | rd-transform | rd-load

say "The star schema"
query -f "$top/sql/queries/show_tables.sql"

say "Sales by month"
query -c 'SELECT * FROM retail_dw.sales_by_month'

say "The five largest countries"
query -c 'SELECT * FROM retail_dw.sales_by_country LIMIT 5'

say "Why rows were set aside"
query -f "$top/sql/queries/count_rejects.sql"

say "Every row that was read is a fact or a reject"
query -f "$top/sql/queries/account_for_rows.sql"
unaccounted=$(query -At -F ' ' -f "$top/sql/queries/account_for_rows.sql" | awk '{ sum += $NF < 0 ? -$NF : $NF } END { print sum + 0 }')
if [ "$unaccounted" -ne 0 ]; then
    echo "$unaccounted rows are not accounted for" >&2
    exit 70
fi
say "Look further: bin/rd db psql"
