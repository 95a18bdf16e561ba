# Compiles the app in one flavour: host tools, generated files, objects, the binary, the unit tests.
# build.sh calls it with OUT (build/FLAVOUR), LIBS (the vendored libraries), CC, CFLAGS, WARNINGS, LDFLAGS.
.DEFAULT_GOAL := product
.DELETE_ON_ERROR:
MAKEFLAGS += --no-builtin-rules
GEN       := $(OUT)/gen
OBJ       := $(OUT)/obj
INCLUDES  := -Iapp -I$(GEN) -isystem $(LIBS)/include
COMPILE    = $(CC) $(CFLAGS) $(WARNINGS) $(INCLUDES) -MMD -MP -c $< -o $@
ARCHIVES  := $(patsubst %,$(LIBS)/lib/lib%.a,git2 httpparser curl mbedtls entropy sodium sqlite3 yaml yyjson deflate md4c z)
LINK_LIBS := $(ARCHIVES) -lpthread -lm
# the sanitizers bring their own malloc
MALLOC    := $(if $(filter product,$(FLAVOUR)),$(LIBS)/lib/mimalloc.o)
quiet     := @

find       = $(sort $(shell find $1 -name '$2' 2>/dev/null))
rooms     := $(filter-out app/gen/%,$(call find,app,*.c))
sql       := $(filter-out app/db/%,$(call find,app,*.sql))
ladder    := $(call find,app/db/server app/db/site,*.sql)
pages     := $(call find,app,*.html)
assets    := $(filter-out %/,$(call find,assets,*))
tests     := $(call find,tests/unit,*_test.c)

# --- host tools: app/gen/NAMEgen.c is a program, the other files there belong to all of them
tools      := $(basename $(notdir $(wildcard app/gen/*gen.c)))
base       := $(patsubst app/%.c,$(OBJ)/%.o,$(wildcard app/base/*.c))
tool_parts := $(patsubst app/%.c,$(OBJ)/%.o,$(filter-out $(tools:%=app/gen/%.c),$(wildcard app/gen/*.c))) $(base)
run_tool   := ASAN_OPTIONS=detect_leaks=0
have_tool   = $(filter $1,$(tools))
$(OUT)/tools/parts.a: $(tool_parts)
	@mkdir -p $(@D) && rm -f $@ && ar rcsD $@ $^
$(OUT)/tools/%: $(OBJ)/gen/%.o $(OUT)/tools/parts.a
	$(quiet)$(CC) $(CFLAGS) -o $@ $^ $(LINK_LIBS) $(LDFLAGS)

# Each tool runs once over all its sources and leaves a result alone that already says the same; its .done file
# carries the time.

# --- from SQL: all rooms in one run, because statements are numbered globally
ifneq ($(and $(call have_tool,sqlgen),$(sql)),)
sql_c := $(patsubst app/%.sql,$(GEN)/%.gen.c,$(sql))
sql_h := $(sql_c:.c=.h)
sql_c += $(GEN)/db/migrations.gen.c
$(GEN)/sql.done: $(OUT)/tools/sqlgen $(ladder) $(sql)
	@mkdir -p $(@D)
	$(quiet)$(run_tool) $< $(GEN) $(ladder) -- $(sql) && touch $@
$(sql_c) $(sql_h): $(GEN)/sql.done ;
endif

# --- from pages: app/job/show.html becomes job/show.page.{h,c}
ifneq ($(and $(call have_tool,pagegen),$(pages)),)
page_c := $(patsubst app/%.html,$(GEN)/%.page.c,$(pages))
page_h := $(page_c:.c=.h)
$(GEN)/page.done: $(OUT)/tools/pagegen $(pages)
	@mkdir -p $(@D)
	$(quiet)$(run_tool) $< $(GEN) $(pages) && touch $@
$(page_c) $(page_h): $(GEN)/page.done ;
endif

# --- from assets: embedded, compressed, named by their hash
ifneq ($(and $(call have_tool,assetgen),$(assets)),)
asset_c := $(GEN)/web/assets.gen.c
asset_o := $(OBJ)/gen_/web/assets.bytes.o
$(GEN)/asset.done: $(OUT)/tools/assetgen $(assets)
	@mkdir -p $(@D)
	$(quiet)$(run_tool) $< $(GEN) assets && touch $@
$(asset_c): $(GEN)/asset.done ;
# not from ccache, which does not see what .incbin reads
$(asset_o): $(GEN)/asset.done
	@mkdir -p $(@D)
	$(quiet)CCACHE_DISABLE=1 $(CC) $(CFLAGS) -c $(GEN)/web/assets.S -o $@
endif

# --- what the binary is made of
components := $(GEN)/kit/components.c
$(components): vendor/components.sh vendor/vendor.lock LICENSE
	@mkdir -p $(@D)
	$(quiet)vendor/components.sh $(LIBS)/licences >$@

# --- civetweb is compiled here because its TLS end is ours: it includes the first mod_mbedtls.inl it finds
CIVETWEB := -DUSE_MBEDTLS -DNO_SSL -DUSE_X_DOM_SOCKET -DUSE_IPV6 -DNO_CGI -DNO_POPEN \
	-DNO_CACHING -DSOCKET_TIMEOUT_QUANTUM=200 -Dcalloc=front_reserve
tls_end := app/web/civetweb_tls.inl
$(OBJ)/civetweb.o: $(LIBS)/civetweb/civetweb.c $(tls_end) app/app.mk app/web/civetweb_front.inl app/web/front.h
	@mkdir -p $(OBJ)/civetweb && cp $(tls_end) $(OBJ)/civetweb/mod_mbedtls.inl
	@cp app/web/civetweb_front.inl $(OBJ)/civetweb/
	$(quiet)$(CC) $(VENDOR_CFLAGS) -ffile-prefix-map=$(LIBS)=vendor -ffile-prefix-map=$(CURDIR)=. -w $(CIVETWEB) -I$(OBJ)/civetweb $(INCLUDES) -MMD -MP -c $< -o $@

# --- objects
generated  := $(sql_c) $(page_c) $(asset_c) $(components)
room_objs  := $(patsubst app/%.c,$(OBJ)/%.o,$(rooms))
gen_objs   := $(patsubst $(GEN)/%.c,$(OBJ)/gen_/%.o,$(generated)) $(asset_o)
test_objs  := $(patsubst tests/%.c,$(OBJ)/tests/%.o,$(tests))
main       := $(OBJ)/main.o
objects    := $(filter-out $(main),$(room_objs)) $(gen_objs) $(OBJ)/civetweb.o

$(OBJ)/%.o: app/%.c
	@mkdir -p $(@D)
	$(quiet)$(COMPILE)
$(OBJ)/gen_/%.o: $(GEN)/%.c
	@mkdir -p $(@D)
	$(quiet)$(COMPILE)
$(filter-out $(base),$(room_objs)): | $(sql_h) $(page_h) $(page_h)
$(gen_objs): | $(sql_h) $(page_h) $(page_h)

# --- the binary
product: $(OUT)/tresor
tresor: $(if $(wildcard app/main.c),$(OUT)/tresor)
# What a server touches lies side by side (app/near.txt is made by tests/bench/near.sh); read-only data stays outside of
# what may be executed.
near := $(if $(filter product,$(FLAVOUR)),$(OUT)/near.ld)
$(OUT)/near.ld: app/near.txt app/app.mk
	@mkdir -p $(@D)
	$(quiet){ echo 'SECTIONS { .text.near : {'; \
		sed 's/.*/*(.text.& .text.&.isra.* .text.&.constprop.* .text.&.part.*)/' $<; \
		echo '} } INSERT BEFORE .text; SECTIONS { .rodata.near : {'; \
		sed 's/.*/*(.rodata.& .rodata.&.*)/' $<; echo '} } INSERT AFTER .rodata;'; } >$@
$(OUT)/tresor: $(main) $(objects) $(near)
	$(quiet)$(CC) $(CFLAGS) -o $@ $(MALLOC) $(filter-out %.ld,$^) $(LINK_LIBS) $(LDFLAGS) $(near:%=-Wl,-T,%)

# --- unit tests: tests/unit/NAME_test.c defines Suite *NAME_suite(void); the list of them is made here
suites := $(patsubst tests/unit/%_test.c,%,$(tests))
$(GEN)/suites.h: FORCE
	@mkdir -p $(@D) && { printf '#include <check.h>\n#undef fail // means something else in base/base.h\n'; \
		printf '#define _mark_point(file, line) (void)0 // a message for each check that holds costs more than most tests\n'; \
		printf 'Suite *%s_suite(void);\n' $(suites); \
		printf '#define UNIT_SUITES(X) %s\n' "$(patsubst %,X(%),$(suites))"; } >$@.new
	@cmp -s $@.new $@ && rm $@.new || mv $@.new $@
$(OBJ)/tests/unit/%.o: tests/unit/%.c $(GEN)/suites.h | $(sql_h) $(page_h) $(page_h)
	@mkdir -p $(@D)
	$(quiet)$(COMPILE) -Itests/unit -include $(GEN)/suites.h
unit: $(OUT)/unit
$(OUT)/unit: $(OBJ)/tests/unit/unit.o $(test_objs) $(objects)
	$(quiet)$(CC) $(CFLAGS) -o $@ $^ $(LINK_LIBS) -lcheck_pic -lsubunit -lrt $(LDFLAGS)

# --- fuzz targets: tests/fuzz/NAME.c defines LLVMFuzzerTestOneInput
$(OBJ)/tests/fuzz/%.o: tests/fuzz/%.c | $(sql_h) $(page_h)
	@mkdir -p $(@D)
	$(quiet)$(COMPILE) -Itests/fuzz
$(OUT)/fuzz/%: $(OBJ)/tests/fuzz/%.o $(objects)
	@mkdir -p $(@D)
	$(quiet)$(CC) $(CFLAGS) -fsanitize=fuzzer -o $@ $^ $(LINK_LIBS) $(LDFLAGS)

objects: $(main) $(objects)
FORCE:
.PHONY: product unit tresor objects FORCE
.SECONDARY:
-include $(shell find $(OBJ) -name '*.d' 2>/dev/null)
