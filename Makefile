# The commands of the project. On a fresh Debian 12 or 13, `make demo` and `make test` do everything, setup and build
# included. `make bench` writes its figures to build/bench.json too; `make bench-scale` takes 2 GB of memory.
.DEFAULT_GOAL := help
SHELL := /bin/bash
JOBS ?= $(shell nproc)
TESTS ?= .
export CTEST_OUTPUT_ON_FAILURE = 1

.PHONY: help setup build demo run test test-sanitizers bench bench-scale bench-server bench-members bench-loads lint fuzz torture clean

help:            ## This list
	@grep -hE '^[a-z-]+: .*##|^[a-z-]+:  +##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 18

setup:           ## Install what is needed (Debian 12 or 13; root or sudo)
	@.ci/setup

build: setup     ## Build musterd and muster into build/bin
	@test -f build/build.ninja || cmake --preset release
	@cmake --build build -j $(JOBS) --target musterd muster

demo: build      ## A million customers, file to audience; FILE=x.csv ID=column
	@FILE="$(FILE)" ID="$(ID)" .ci/demo build/bin

run: build       ## Keep a server with the demo's data until Ctrl-C; PORT=7071
	@PORT="$(PORT)" .ci/demo --keep build/bin

test: setup      ## Release build and every test; TESTS=regex for some
	@test -f build/build.ninja || cmake --preset release
	@cmake --build build -j $(JOBS)
	@test -f build/fuzz/build.ninja || cmake --preset fuzz
	@cmake --build build/fuzz -j $(JOBS) --target fuzzers
	@ctest --test-dir build -j $(JOBS) -R '$(TESTS)' --no-tests=error

test-sanitizers: setup  ## Tests under ASan and UBSan; concurrency tests under TSan
	@.ci/sanitize asan $(JOBS)
	@.ci/sanitize tsan $(JOBS)

bench: setup     ## Workloads beside CRoaring and the memory's limit
	@test -f build/build.ninja || cmake --preset release
	@cmake --build build -j $(JOBS) --target muster_bench kernel_bench csv_bench workload_bench serving_bench musterd muster
	@.ci/bench build/bin

bench-scale: setup  ## One count, 10 million to a billion members (1 GB of disk)
	@test -f build/build.ninja || cmake --preset release
	@cmake --build build -j $(JOBS) --target workload_bench
	@.ci/bench build/bin scale

bench-server: setup ## A server on loopback under an open loop of small counts
	@test -f build/build.ninja || cmake --preset release
	@cmake --build build -j $(JOBS) --target server_bench musterd muster
	@.ci/bench build/bin server

bench-loads: setup ## Member ids alone; many loads at once; a table, the next day's
	@test -f build/build.ninja || cmake --preset release
	@cmake --build build -j $(JOBS) --target dictionary_bench many_loads_bench load_bench musterd muster
	@.ci/bench build/bin loads

bench-members: setup ## Lists and look-ups of a million members
	@test -f build/build.ninja || cmake --preset release
	@cmake --build build -j $(JOBS) --target members_bench musterd muster
	@.ci/bench build/bin members

lint: setup      ## Format, clang with -Wthread-safety, clang-tidy (Debian 12)
	@.ci/lint $(JOBS)

fuzz: setup      ## All fuzzers with coverage guidance; SECONDS_EACH=20
	@test -f build/fuzz/build.ninja || cmake --preset fuzz
	@cmake --build build/fuzz -j $(JOBS) --target fuzzers
	@.ci/fuzz build/fuzz/bin $(or $(SECONDS_EACH),20)

torture: setup   ## Attacks and bad days in full: over an hour; TESTS=regex
	@test -f build/build.ninja || cmake --preset release
	@cmake --build build -j $(JOBS) --target test_torture
	@.ci/torture build/bin '$(TESTS)'

clean:           ## Remove everything that was built
	@rm -rf build
