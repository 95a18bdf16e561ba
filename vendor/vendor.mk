# How each vendored library is compiled: plain cc, one flag set, one static archive per library.
#   make -C TREE -f vendor.mk O=<objects and archives> RECIPE=<this folder> CC=... AR=... CFLAGS=...
# TREE holds the unpacked and patched sources, one folder per name of vendor.lock.
.DEFAULT_GOAL := all
MAKEFLAGS     += --no-builtin-rules
x86_64        := $(findstring x86_64,$(shell $(CC) -dumpmachine))

# $(call lib,archive name,folder,sources in it,flags)
define lib
$1_objects := $(patsubst %.c,$O/$1/%.o,$3)
all: $O/lib$1.a
$O/lib$1.a: $$($1_objects)
	@rm -f $$@ && $(AR) rcsD $$@ $$^
$O/$1/%.o: $2/%.c
	@mkdir -p $$(@D) && $(CC) $(CFLAGS) $4 -w -c $$< -o $$@
endef
sources = $(patsubst $1/%,%,$(sort $(wildcard $(addprefix $1/,$2))))

# --- compression
$(eval $(call lib,z,zlib,$(addsuffix .c,adler32 crc32 deflate infback inffast inflate inftrees trees \
	zutil compress uncompr gzclose gzlib gzread gzwrite),-DHAVE_UNISTD_H -DZ_HAVE_UNISTD_H -D_LARGEFILE64_SOURCE=1))
$(eval $(call lib,deflate,libdeflate,$(call sources,libdeflate,lib/*.c lib/x86/*.c lib/arm/*.c),-Ilibdeflate))

# --- text formats
YAML_VERSION := -DYAML_VERSION_MAJOR=0 -DYAML_VERSION_MINOR=2 -DYAML_VERSION_PATCH=5 -DYAML_VERSION_STRING='"0.2.5"'
$(eval $(call lib,yaml,libyaml,$(call sources,libyaml,src/*.c),-Ilibyaml/include $(YAML_VERSION)))
$(eval $(call lib,yyjson,yyjson,src/yyjson.c,))
$(eval $(call lib,md4c,md4c,src/md4c.c src/md4c-html.c src/entity.c,-DMD4C_USE_UTF8))

# --- sqlite: the amalgamation that vendor.sh has its own configure make
SQLITE := THREADSAFE=1 DEFAULT_MEMSTATUS=0 DQS=0 LIKE_DOESNT_MATCH_BLOBS MAX_EXPR_DEPTH=100 USE_ALLOCA \
	OMIT_DEPRECATED OMIT_SHARED_CACHE OMIT_LOAD_EXTENSION OMIT_AUTOINIT ENABLE_FTS5 ENABLE_MATH_FUNCTIONS \
	ENABLE_STAT4 ENABLE_DBSTAT_VTAB ENABLE_COLUMN_METADATA DEFAULT_WAL_SYNCHRONOUS=1 DEFAULT_FOREIGN_KEYS=1 \
	TEMP_STORE=2
SQLITE_HOST := USLEEP FDATASYNC GMTIME_R LOCALTIME_R STRERROR_R PREAD PWRITE ISNAN STDINT_H STRCHRNUL
$(eval $(call lib,sqlite3,sqlite,sqlite3.c,-D_GNU_SOURCE $(SQLITE:%=-DSQLITE_%) $(SQLITE_HOST:%=-DHAVE_%=1)))

# --- cryptography. libsodium's vector code is chosen at run time; its assembly is not used.
# Everything of it is compiled (not --enable-minimal, which lacks ristretto255 and xchacha20 boxes); the
# linker drops what is not called.
SODIUM := ATOMIC_OPS C11_MEMORY_FENCES GCC_MEMORY_FENCES INLINE_ASM INTTYPES_H STDINT_H TI_MODE CATCHABLE_ABRT \
	CATCHABLE_SEGV CLOCK_GETTIME GETPID MADVISE MLOCK MMAP MPROTECT NANOSLEEP POSIX_MEMALIGN PTHREAD RAISE SYSCONF \
	SYS_AUXV_H SYS_MMAN_H SYS_PARAM_H SYS_RANDOM_H WEAK_SYMBOLS GETENTROPY GETRANDOM LINUX_COMPATIBLE_GETRANDOM \
	EXPLICIT_BZERO
SODIUM_X86 := CPUID MMINTRIN_H EMMINTRIN_H PMMINTRIN_H TMMINTRIN_H SMMINTRIN_H AVXINTRIN_H AVX2INTRIN_H \
	AVX512FINTRIN_H WMMINTRIN_H RDRAND
$(eval $(call lib,sodium,libsodium/src/libsodium,$(call sources,libsodium/src/libsodium,*/*.c */*/*.c */*/*/*.c),\
	-D_GNU_SOURCE -DCONFIGURED=1 -DNATIVE_LITTLE_ENDIAN=1 -DTLS=_Thread_local \
	$(SODIUM:%=-DHAVE_%=1) $(if $(x86_64),$(SODIUM_X86:%=-DHAVE_%=1)) \
	-Ilibsodium/src/libsodium/include/sodium -fwrapv -flax-vector-conversions))
$(eval $(call lib,mbedtls,mbedtls,$(call sources,mbedtls,library/*.c),-Imbedtls/include -Imbedtls/library))
$(eval $(call lib,entropy,$(RECIPE)/mbedtls,entropy.c,))

# --- git and http. curl_config.h is checked in, see curl/curl-configure.sh.
$(eval $(call lib,httpparser,http-parser,http_parser.c,))
$(eval $(call lib,git2,libgit2,$(call sources,libgit2,src/util/*.c src/util/allocators/*.c src/util/unix/*.c \
	src/util/hash/collisiondetect.c src/util/hash/builtin.c src/util/hash/sha1dc/*.c src/util/hash/rfc6234/*.c \
	src/libgit2/*.c src/libgit2/streams/*.c src/libgit2/transports/*.c deps/xdiff/*.c),\
	-D_GNU_SOURCE -I$(RECIPE)/libgit2 -Ilibgit2/include -Ilibgit2/src/libgit2 -Ilibgit2/src/util \
	-Ilibgit2/deps/xdiff -Izlib -Ihttp-parser -Imbedtls/include -DSHA1DC_NO_STANDARD_INCLUDES=1 \
	-DSHA1DC_CUSTOM_INCLUDE_SHA1_C='"git2_util.h"' -DSHA1DC_CUSTOM_INCLUDE_UBC_CHECK_C='"git2_util.h"'))
$(eval $(call lib,curl,curl,$(call sources,curl,lib/*.c lib/*/*.c),-DHAVE_CONFIG_H -DBUILDING_LIBCURL \
	-DCURL_STATICLIB -DCURL_HIDDEN_SYMBOLS -I$(RECIPE)/curl -Icurl/include -Icurl/lib -Izlib -Imbedtls/include))

# --- mimalloc: one object, not an archive. It is linked first so that malloc and free resolve to it.
$O/mimalloc.o: mimalloc/src/static.c
	@mkdir -p $(@D) && $(CC) $(CFLAGS) -w -Imimalloc/include -DMI_MALLOC_OVERRIDE=1 -DMI_STATIC_LIB -DNDEBUG \
		-DMI_LIBC_MUSL=1 -ftls-model=initial-exec -fno-builtin-malloc -c $< -o $@
all: $O/mimalloc.o
