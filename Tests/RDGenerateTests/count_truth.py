#!/usr/bin/env python3
"""Counts what a file of rd-gen's holds, without any of the suite's code, and prints it as rd-gen --describe does.

usage: count_truth.py [--encoding NAME] [--delimiter CHAR] [--dates us|eu|iso] < FILE
"""
import argparse
import csv
import datetime
import decimal
import io
import json
import sys

FORMATS = {"us": "%m/%d/%Y %H:%M", "eu": "%d/%m/%Y %H:%M", "iso": "%Y-%m-%dT%H:%M:%S"}


def options():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--encoding", default="latin-1")
    parser.add_argument("--delimiter", default=",")
    parser.add_argument("--dates", default="us", choices=FORMATS)
    return parser.parse_args()


def take(cells, dates):
    """Quantity, date and price of a row, or None where it must be rejected."""
    if len(cells) != 8:
        return None
    try:
        return int(cells[3]), datetime.datetime.strptime(cells[4], dates), decimal.Decimal(cells[5])
    except ValueError:
        return None


def count(rows, dates):
    truth = dict.fromkeys(["rows", "rejects", "duplicates", "identical", "facts"], 0)
    money = dict.fromkeys(["money_in", "net_amount", "line_total"], decimal.Decimal(0))
    keys, whole, months = set(), set(), {}
    products, customers, countries, guests = set(), set(), set(), 0
    for cells in rows:
        truth["rows"] += 1
        taken = take(cells, dates)
        if taken is None:
            truth["rejects"] += 1
            continue
        quantity, moment, price = taken
        money["money_in"] += quantity * price
        key, same = (cells[0], cells[1]), tuple(cells)
        if key in keys:
            truth["duplicates"] += 1
            truth["identical"] += same in whole
            whole.add(same)
            continue
        keys.add(key)
        whole.add(same)
        truth["facts"] += 1
        money["net_amount"] += quantity * price
        money["line_total"] += abs(quantity * price)
        products.add(cells[1])
        countries.add(cells[7])
        guests += cells[6] == ""
        customers.add(cells[6].removesuffix(".0"))
        month = moment.strftime("%Y%m")
        months[month] = months.get(month, 0) + 1
    truth.update({name: f"{sum_:.4f}" for name, sum_ in money.items()})
    truth.update(
        products=len(products), customers=len(customers - {""}), countries=len(countries), guests=guests,
        months=dict(sorted(months.items())))
    return truth


def main():
    given = options()
    text = io.TextIOWrapper(sys.stdin.buffer, encoding=given.encoding, newline="")
    rows = csv.reader(text, delimiter=given.delimiter)
    next(rows)
    print(json.dumps(count(rows, FORMATS[given.dates]), separators=(",", ":")))


main()
