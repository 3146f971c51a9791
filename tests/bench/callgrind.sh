#!/bin/sh
# Instructions per unit of work, by callgrind: the difference of two run lengths, so that start-up and the end do not count.
# usage: callgrind.sh PATH/TO/stampede_bench
# Prints `name instructions-per-unit` lines; the unit is a delivery, for viewstamped-steady-state a decision.
set -eu
bench=$1
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT

# instructions NAME SIZE: "instructions units" of one run of that size.
instructions() {
  valgrind --tool=callgrind --callgrind-out-file="$folder/out" "$bench" --only "$1" --size "$2" --repeats 1 --json \
    >"$folder/json" 2>"$folder/log" || { cat "$folder/log" >&2; exit 3; }
  total=$(sed -n 's/^.*Collected : \([0-9]*\).*$/\1/p' "$folder/log")
  count=$(sed -n 's/^.*"count":\([0-9]*\).*$/\1/p' "$folder/json")
  echo "$total $count"
}

difference() {
  short=$(instructions "$1" "$2")
  long=$(instructions "$1" "$3")
  echo "$short $long" | awk -v name="$1" '{ printf "%s %.0f\n", name, ($3 - $1) / ($4 - $2) }'
}

difference ring 20000 120000
difference quorum-round 20000 120000
difference viewstamped-steady-state 1000 4000
