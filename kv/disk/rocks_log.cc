#include "kv/disk/rocks_log.h"

#include <spdlog/spdlog.h>

#include <cstdarg>
#include <cstdio>

namespace diotima {
namespace {

class RocksLog : public rocksdb::Logger {
 public:
  RocksLog() : Logger(rocksdb::WARN_LEVEL) {}

  using Logger::Logv;
  void Logv(const char* format, va_list arguments) override {
    char text[1024];
    if (std::vsnprintf(text, sizeof(text), format, arguments) > 0)
      spdlog::debug("RocksDB: {}", text);
  }
};

}  // namespace

std::shared_ptr<rocksdb::Logger> NewRocksLog() { return std::make_shared<RocksLog>(); }

}  // namespace diotima
