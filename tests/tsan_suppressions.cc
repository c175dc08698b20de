// ThreadSanitizer does not see how an uninstrumented RocksDB, and zstd in it, synchronise their
// threads.
#if defined(__SANITIZE_THREAD__)

extern "C" const char* __tsan_default_suppressions();
extern "C" const char* __tsan_default_suppressions() {
  return "called_from_lib:librocksdb.so\n"
         "called_from_lib:libzstd.so\n"
         "race:librocksdb.so\n"
         "race:libzstd.so\n"
         "race:rocksdb::\n";
}

#endif
