#include "kv/disk/fork_guard.h"

#include <pthread.h>

#include <atomic>

namespace diotima {
namespace {

std::atomic<uint64_t> process_number{1};

}  // namespace

uint64_t ProcessNumber() {
  static const int registered = pthread_atfork(nullptr, nullptr, [] { ++process_number; });
  (void)registered;
  return process_number.load(std::memory_order_relaxed);
}

}  // namespace diotima
