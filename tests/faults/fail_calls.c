// A library to preload: makes calls to the file system fail, those under one directory. It counts
// them in a file, and fails the one of a number, or all from that one on.
//
// Environment: FAIL_UNDER, the directory; FAIL_AT, the number, from 1 on (0: none); FAIL_ON, "1" to
// go on failing; FAIL_ERRNO, the error of calls that write, where EIO is that of others;
// FAIL_SLEEP, how many seconds a call takes instead of failing;
// FAIL_COUNT, a file of two 64-bit numbers: calls and faults.
#define _GNU_SOURCE
#include <dirent.h>
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

#define FILES 65536

static _Atomic uint64_t* counts;  // calls, faults
static uint64_t fail_at;
static int fail_on, fail_errno;
static unsigned fail_sleep;
static char under[PATH_MAX];
static size_t under_size;
static _Atomic char watched[FILES];  // by descriptor

#define REAL(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))

__attribute__((constructor)) static void begin(void) {
  const char* directory = getenv("FAIL_UNDER");
  const char* file = getenv("FAIL_COUNT");
  if (directory == NULL || file == NULL) return;
  under_size = strlen(directory);
  if (under_size >= sizeof(under)) return;
  memcpy(under, directory, under_size);
  const char* at = getenv("FAIL_AT");
  const char* on = getenv("FAIL_ON");
  const char* error = getenv("FAIL_ERRNO");
  fail_at = at == NULL ? 0 : strtoull(at, NULL, 10);
  fail_on = on != NULL && *on == '1';
  fail_errno = error == NULL ? EIO : atoi(error);
  const char* seconds = getenv("FAIL_SLEEP");
  fail_sleep = seconds == NULL ? 0 : (unsigned)atoi(seconds);
  const int descriptor = REAL(open)(file, O_RDWR);
  void* map = mmap(NULL, 2 * sizeof(uint64_t), PROT_READ | PROT_WRITE, MAP_SHARED, descriptor, 0);
  REAL(close)(descriptor);
  if (map != MAP_FAILED) counts = map;
}

// Whether this call, which is one of the directory, is to fail.
static int fails_with(int error) {
  if (counts == NULL) return 0;
  const uint64_t number = atomic_fetch_add(&counts[0], 1) + 1;
  if (fail_at == 0 || number < fail_at || (number > fail_at && !fail_on)) return 0;
  atomic_fetch_add(&counts[1], 1);
  if (fail_sleep > 0) {
    // As a call to a disk that hangs, no signal ends it.
    for (unsigned left = fail_sleep; left > 0; left = sleep(left)) {
    }
    return 0;
  }
  errno = error;
  return 1;
}

static int fails(void) { return fails_with(EIO); }

static int is_watched(int descriptor) {
  return descriptor >= 0 && descriptor < FILES && atomic_load(&watched[descriptor]);
}

// Relative paths are those of the working directory, which is none that is watched.
static int path_is_watched(int directory, const char* path) {
  if (counts == NULL || path == NULL) return 0;
  if (path[0] != '/' && directory != AT_FDCWD) return is_watched(directory);
  return strncmp(path, under, under_size) == 0;
}

static int opened(int descriptor, int watch) {
  if (descriptor >= 0 && descriptor < FILES) atomic_store(&watched[descriptor], watch);
  return descriptor;
}

static mode_t mode_of(int flags, va_list arguments) {
  return flags & (O_CREAT | O_TMPFILE) ? va_arg(arguments, mode_t) : 0;
}

#define OPEN(name)                                       \
  int name(const char* path, int flags, ...) {           \
    va_list arguments;                                   \
    va_start(arguments, flags);                          \
    const mode_t mode = mode_of(flags, arguments);       \
    va_end(arguments);                                   \
    const int watch = path_is_watched(AT_FDCWD, path);   \
    if (watch && fails()) return -1;                     \
    return opened(REAL(name)(path, flags, mode), watch); \
  }
OPEN(open)
OPEN(open64)

#define OPENAT(name)                                                \
  int name(int directory, const char* path, int flags, ...) {       \
    va_list arguments;                                              \
    va_start(arguments, flags);                                     \
    const mode_t mode = mode_of(flags, arguments);                  \
    va_end(arguments);                                              \
    const int watch = path_is_watched(directory, path);             \
    if (watch && fails()) return -1;                                \
    return opened(REAL(name)(directory, path, flags, mode), watch); \
  }
OPENAT(openat)
OPENAT(openat64)

#define FOPEN(name)                                    \
  FILE* name(const char* path, const char* mode) {     \
    const int watch = path_is_watched(AT_FDCWD, path); \
    if (watch && fails()) return NULL;                 \
    FILE* file = REAL(name)(path, mode);               \
    if (file != NULL) opened(fileno(file), watch);     \
    return file;                                       \
  }
FOPEN(fopen)
FOPEN(fopen64)

DIR* opendir(const char* path) {
  const int watch = path_is_watched(AT_FDCWD, path);
  if (watch && fails()) return NULL;
  DIR* directory = REAL(opendir)(path);
  if (directory != NULL) opened(dirfd(directory), watch);
  return directory;
}

struct dirent* readdir(DIR* directory) {
  if (is_watched(dirfd(directory)) && fails()) return NULL;
  return REAL(readdir)(directory);
}

struct dirent64* readdir64(DIR* directory) {
  if (is_watched(dirfd(directory)) && fails()) return NULL;
  return REAL(readdir64)(directory);
}

// It is closed all the same, as Linux does.
int close(int descriptor) {
  const int failed = is_watched(descriptor) && fails();
  const int error = errno;
  if (descriptor >= 0 && descriptor < FILES) atomic_store(&watched[descriptor], 0);
  const int result = REAL(close)(descriptor);
  if (failed) errno = error;
  return failed ? -1 : result;
}

#define BY_DESCRIPTOR(type, name, parameters, ...)          \
  type name parameters {                                    \
    if (is_watched(descriptor) && fails()) return (type)-1; \
    return REAL(name)(__VA_ARGS__);                         \
  }
#define BY_WRITING(type, name, parameters, ...)                            \
  type name parameters {                                                   \
    if (is_watched(descriptor) && fails_with(fail_errno)) return (type)-1; \
    return REAL(name)(__VA_ARGS__);                                        \
  }
BY_DESCRIPTOR(ssize_t, read, (int descriptor, void* to, size_t size), descriptor, to, size)
BY_DESCRIPTOR(ssize_t, pread, (int descriptor, void* to, size_t size, off_t at), descriptor, to,
              size, at)
BY_DESCRIPTOR(ssize_t, pread64, (int descriptor, void* to, size_t size, off64_t at), descriptor, to,
              size, at)
BY_WRITING(ssize_t, write, (int descriptor, const void* from, size_t size), descriptor, from, size)
BY_WRITING(ssize_t, pwrite, (int descriptor, const void* from, size_t size, off_t at), descriptor,
           from, size, at)
BY_WRITING(ssize_t, pwrite64, (int descriptor, const void* from, size_t size, off64_t at),
           descriptor, from, size, at)
BY_WRITING(ssize_t, writev, (int descriptor, const struct iovec* from, int count), descriptor, from,
           count)
BY_WRITING(int, fsync, (int descriptor), descriptor)
BY_WRITING(int, fdatasync, (int descriptor), descriptor)

// RocksDB asks with no flags whether there is such a call, which does nothing and cannot fail.
int sync_file_range(int descriptor, off64_t at, off64_t size, unsigned flags) {
  if (flags != 0 && is_watched(descriptor) && fails_with(fail_errno)) return -1;
  return REAL(sync_file_range)(descriptor, at, size, flags);
}

BY_WRITING(int, fallocate, (int descriptor, int mode, off_t at, off_t size), descriptor, mode, at,
           size)
BY_WRITING(int, fallocate64, (int descriptor, int mode, off64_t at, off64_t size), descriptor, mode,
           at, size)
BY_WRITING(int, ftruncate, (int descriptor, off_t size), descriptor, size)
BY_WRITING(int, ftruncate64, (int descriptor, off64_t size), descriptor, size)
BY_DESCRIPTOR(int, flock, (int descriptor, int operation), descriptor, operation)
BY_DESCRIPTOR(int, fstat, (int descriptor, struct stat* to), descriptor, to)
BY_DESCRIPTOR(int, fstat64, (int descriptor, struct stat64* to), descriptor, to)
BY_DESCRIPTOR(off_t, lseek, (int descriptor, off_t at, int whence), descriptor, at, whence)
BY_DESCRIPTOR(off64_t, lseek64, (int descriptor, off64_t at, int whence), descriptor, at, whence)

#define BY_PATH(name, parameters, ...)                         \
  int name parameters {                                        \
    if (path_is_watched(AT_FDCWD, path) && fails()) return -1; \
    return REAL(name)(__VA_ARGS__);                            \
  }
#define BY_NAMING(name, parameters, ...)                                      \
  int name parameters {                                                       \
    if (path_is_watched(AT_FDCWD, path) && fails_with(fail_errno)) return -1; \
    return REAL(name)(__VA_ARGS__);                                           \
  }
BY_PATH(unlink, (const char* path), path)
BY_PATH(rmdir, (const char* path), path)
BY_PATH(remove, (const char* path), path)
BY_NAMING(mkdir, (const char* path, mode_t mode), path, mode)
BY_NAMING(rename, (const char* path, const char* to), path, to)
BY_NAMING(link, (const char* path, const char* to), path, to)
BY_PATH(chmod, (const char* path, mode_t mode), path, mode)
BY_PATH(truncate, (const char* path, off_t size), path, size)
BY_PATH(access, (const char* path, int mode), path, mode)
BY_PATH(stat, (const char* path, struct stat* to), path, to)
BY_PATH(stat64, (const char* path, struct stat64* to), path, to)
BY_PATH(lstat, (const char* path, struct stat* to), path, to)
BY_PATH(lstat64, (const char* path, struct stat64* to), path, to)

#define BY_PLACE(name, parameters, ...)                         \
  int name parameters {                                         \
    if (path_is_watched(directory, path) && fails()) return -1; \
    return REAL(name)(__VA_ARGS__);                             \
  }
BY_PLACE(unlinkat, (int directory, const char* path, int flags), directory, path, flags)
BY_PLACE(mkdirat, (int directory, const char* path, mode_t mode), directory, path, mode)
BY_PLACE(fchmodat, (int directory, const char* path, mode_t mode, int flags), directory, path, mode,
         flags)
BY_PLACE(fstatat, (int directory, const char* path, struct stat* to, int flags), directory, path,
         to, flags)

char* mkdtemp(char* path) {
  if (path_is_watched(AT_FDCWD, path) && fails()) return NULL;
  return REAL(mkdtemp)(path);
}
