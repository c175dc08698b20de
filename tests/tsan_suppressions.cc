// ThreadSanitizer does not see how an uninstrumented RocksDB synchronises its own threads.
#if defined(__SANITIZE_THREAD__)

extern "C" const char* __tsan_default_suppressions();
extern "C" const char* __tsan_default_suppressions() {
  return "called_from_lib:librocksdb.so\nrace:rocksdb::\n";
}

#endif
