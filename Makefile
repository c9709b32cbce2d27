# The namespaces workbook. `make help` lists the targets.
#
#   common/*.c            -> build/libcommon.a   (without sandbox_init.c)
#   lab/*.c lab/*/*.c     -> build/lab
#   checks/lib/observe.c  -> build/observe       looks at programs from outside
#   checks/lib/probe.c    -> build/probe         the command that waits     (static where possible)
#   common/sandbox_init.c -> build/init          PID 1 of every sandbox     (static where possible)
#   checks/lab/unit_*.c   -> build/unit/*        unit tests
#
# New .c files are found by wildcard. SAN=1 builds the same into build/asan with
# sanitizers (init and probe without: they run where no sanitizer can). What is
# more than a line of make is a script in .tools: the top level is for learners.

PREFIX	?= /usr/local
SAN	?=
LAB_ARGS ?=
V	?=
JOBS	?= $(shell nproc 2>/dev/null || echo 2)
CFLAGS	?= -O2 -g

BUILD	:= build$(if $(SAN),/asan)
# V=1 shows the commands.
Q	:= $(if $(V),,@)
say	= $(if $(V),,@printf '  %-5s %s\n' $1 $@)

PHONY	:= all start deps test check bench lint format picture asan gradescope install uninstall clean help units FORCE
.PHONY: $(PHONY)
.DEFAULT_GOAL := all
.DELETE_ON_ERROR:
.SECONDARY:

WARN := -Wall -Wextra -Wpedantic -Wshadow -Wstrict-prototypes -Wmissing-prototypes -Wformat=2 \
	-Wvla -Wundef -Wpointer-arith -Wwrite-strings $(if $(WERROR),-Werror)
SANITIZE := $(if $(SAN),-fsanitize=address -fsanitize=undefined \
	-fno-sanitize-recover=undefined -fno-omit-frame-pointer)

# Libraries are asked for when first needed, not when make reads this file:
# `make deps` may be about to install them, pkg-config included.
LAB_PKGS := libcap jansson ncursesw readline vterm md4c libnl-3.0 libnl-route-3.0 nettle
pkg = $(eval pkg_$1 := $$(shell pkg-config $2 $(LAB_PKGS)))$(pkg_$1)

BASE_CFLAGS = -std=gnu11 $(WARN) $(CFLAGS) -I. -DNSLAB_PREFIX='"$(PREFIX)"' -pthread
CC_LAB	= $(CC) $(BASE_CFLAGS) $(SANITIZE) $(call pkg,cflags,--cflags)
LIBS	= -pthread -Wl,--as-needed $(call pkg,libs,--libs) -ldl

INIT_SRC   := $(wildcard common/sandbox_init.c)
PROBE_SRC  := $(wildcard checks/lib/probe*.c)
OBSERVE_SRC := $(wildcard checks/lib/observe*.c)
COMMON_SRC := $(filter-out $(INIT_SRC),$(wildcard common/*.c))
LAB_SRC	   := $(wildcard lab/*.c lab/*/*.c)
UNIT_SRC   := $(wildcard checks/lab/unit_*.c)

obj = $(patsubst %.c,$(BUILD)/obj/%.o,$1)
LAB_OBJ	 := $(call obj,$(LAB_SRC))
LAB_PART := $(filter-out %/main.o,$(LAB_OBJ))
UNITS	 := $(patsubst checks/lab/unit_%.c,$(BUILD)/unit/%,$(UNIT_SRC))
PROGRAMS := $(if $(LAB_SRC),$(BUILD)/lab) $(if $(OBSERVE_SRC),$(BUILD)/observe) \
	    $(if $(PROBE_SRC),$(BUILD)/probe) $(if $(INIT_SRC),$(BUILD)/init)

all: $(PROGRAMS) ## build lab and its helpers (the default)

units: $(UNITS)

$(BUILD)/liblab.a: $(LAB_PART)
$(BUILD)/libcommon.a: $(call obj,$(COMMON_SRC))
$(BUILD)/%.a:
	$(call say,AR)
	$(Q)rm -f $@.new && $(AR) qcs $@.new $^ && mv $@.new $@

$(BUILD)/lab: $(LAB_OBJ) $(BUILD)/libcommon.a
	$(call say,LINK)
	$(Q)$(CC_LAB) $(LDFLAGS) -o $@ $^ $(LIBS)

$(BUILD)/observe: $(call obj,$(OBSERVE_SRC)) $(BUILD)/libcommon.a
	$(call say,LINK)
	$(Q)$(CC_LAB) $(LDFLAGS) -o $@ $^ $(LIBS)

$(BUILD)/unit/%: $(BUILD)/obj/checks/lab/unit_%.o $(BUILD)/liblab.a $(BUILD)/libcommon.a
	@mkdir -p $(@D)
	$(call say,LINK)
	$(Q)$(CC_LAB) $(LDFLAGS) -o $@ $^ $(LIBS)

$(BUILD)/init: $(INIT_SRC)
$(BUILD)/probe: $(PROBE_SRC)
$(BUILD)/init $(BUILD)/probe: $(BUILD)/flags $(BUILD)/static-cc
	$(call say,LINK)
	$(Q)$$(cat $(BUILD)/static-cc) $(BASE_CFLAGS) -MMD -MP -MF $@.d $(LDFLAGS) -o $@ $(filter %.c,$^)

$(BUILD)/obj/%.o: %.c $(BUILD)/flags
	@mkdir -p $(@D)
	$(call say,CC)
	$(Q)$(CC_LAB) -MMD -MP -c -o $@ $<

# Holds the flags of the last build; changes only when they do (PREFIX, CC ...).
$(BUILD)/flags: FORCE
	@mkdir -p $(@D)
	@echo '$(subst ','\'',$(CC) $(BASE_CFLAGS) $(SANITIZE) $(LDFLAGS))' | cmp -s - $@ || \
		echo '$(subst ','\'',$(CC) $(BASE_CFLAGS) $(SANITIZE) $(LDFLAGS))' >$@

# Holds the compiler of the programs that run in every sandbox: with musl, whose
# programs start in a fifth of the time, else static, else as this machine can.
$(BUILD)/static-cc: $(BUILD)/flags
	@echo 'int main(void) { return 0; }' >$@.c
	@for cc in 'musl-gcc -static' '$(CC) -static' '$(CC)'; do \
		if $$cc -o $@.out $@.c 2>/dev/null && ./$@.out; then echo "$$cc" >$@; break; fi; done
	@rm -f $@.c $@.out

-include $(wildcard $(BUILD)/*.d $(BUILD)/obj/*/*.d $(BUILD)/obj/*/*/*.d)

start: ## install what is missing, build, open the workbook (LAB_ARGS="list")
	@.tools/deps.sh build run
	@$(MAKE) --no-print-directory -j$(JOBS) all
	@exec build/lab $(LAB_ARGS)

deps: ## install what building needs
	@.tools/deps.sh build run

test: ## install what is missing, build, verify everything
	@.tools/deps.sh build run
	@.tools/deps.sh test || echo "deps: going on without; tests that need one of these are skipped."
	@$(MAKE) --no-print-directory check

check: ## the same without installing anything
	@$(MAKE) --no-print-directory -j$(JOBS) all units
	@if .tools/deps.sh --sanitizers; then $(MAKE) --no-print-directory -j$(JOBS) asan; \
		else rm -rf build/asan; echo "no sanitizers here: the pass with them is left out"; fi
	@checks/lab/run.sh

bench: ## measure: sandbox start, save to verdict, scan, a container's start, a network
	@.tools/deps.sh build run test bench
	@$(MAKE) --no-print-directory -j$(JOBS) all
	@for bench in checks/lab/bench_*.sh; do LAB=$(CURDIR)/build/lab $$bench || exit 1; done

picture: all ## draw docs/screen.svg: the real program in tmux, as it shows an unshare
	@.tools/picture.sh docs/screen.svg

asan: ## build with AddressSanitizer and UBSan into build/asan
	@$(MAKE) --no-print-directory -j$(JOBS) SAN=1 all units

lint: ## formatting, static analysis, house rules
	@.tools/lint.sh "$(WARN)"

format: ## let clang-format rewrite lab, common and checks
	clang-format -i $(wildcard common/*.[ch] lab/*.[ch] lab/*/*.[ch] checks/lab/*.[ch] checks/lib/*.[ch])

gradescope: all ## build/gradescope.zip, an autograder (GRADE="--only pid", WEIGHTS=FILE, COURSE=DIR)
	@GRADE='$(GRADE)' WEIGHTS='$(WEIGHTS)' COURSE='$(COURSE)' .tools/gradescope.sh build/gradescope.zip

install: all ## install below DESTDIR and PREFIX
	@.tools/install.sh install "$(DESTDIR)" "$(PREFIX)"

uninstall: ## remove what install put there
	@.tools/install.sh uninstall "$(DESTDIR)" "$(PREFIX)"

clean: ## remove build/
	rm -rf build

help: ## this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-10s %s\n", $$1, $$2 }' Makefile
