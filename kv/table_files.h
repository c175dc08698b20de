// Table files of one column family in the making, for one atomic ingestion.
#pragma once

#include <rocksdb/sst_file_writer.h>

#include <memory>
#include <string>
#include <vector>

#include "kv/engine.h"

namespace diotima {

// Keys must come in ascending order. Files that were not ingested vanish with it. Not thread-safe.
class TableFiles {
 public:
  TableFiles(Engine* engine, rocksdb::ColumnFamilyHandle* family);
  ~TableFiles();
  TableFiles(const TableFiles&) = delete;

  Status Put(std::string_view key, std::string_view value);
  Status Delete(std::string_view key);
  Status Finish();

  // What Engine's DB takes to ingest them; nothing to ingest where `files` is empty.
  rocksdb::IngestExternalFileArg Ingestion() const;
  bool empty() const { return files_.empty() && !writer_; }

 private:
  Status Roll(std::string_view key);
  Status Open();

  Engine* const engine_;
  rocksdb::ColumnFamilyHandle* const family_;
  std::unique_ptr<rocksdb::SstFileWriter> writer_;
  std::vector<std::string> files_;
  uint64_t bytes_ = 0;
};

}  // namespace diotima
