// Makes table files of one column family, for one atomic ingestion.
#pragma once

#include <rocksdb/sst_file_writer.h>

#include <memory>
#include <string>
#include <vector>

#include "kv/engine/engine.h"

namespace diotima {

// Keys must come in ascending order. Files that were not ingested are removed with this object. Not
// thread-safe; several objects may work at a time.
class TableFiles {
 public:
  TableFiles(Engine* engine, rocksdb::ColumnFamilyHandle* family);
  ~TableFiles();
  TableFiles(const TableFiles&) = delete;

  Status Put(std::string_view key, std::string_view value);
  Status Remove(std::string_view key);
  // Removes all keys from `begin` to before `end`. Later keys must not be before `end`.
  Status RemoveRange(std::string_view begin, std::string_view end);
  Status Finish();

  // Returns the finished files, in ascending order of their keys.
  const std::vector<std::string>& files() const { return files_; }
  // Rewrites the rows with another commit time than `from`, in new files. For finished files that
  // were filled by Put only.
  Status Restamp(int64_t from, int64_t to);

 private:
  rocksdb::Options Options() const;
  Status Roll(std::string_view key);
  Status Open();
  Status RestampFile(const std::string& file, std::string_view from, std::string_view to);

  Engine* const engine_;
  rocksdb::ColumnFamilyHandle* const family_;
  std::unique_ptr<rocksdb::SstFileWriter> writer_;
  std::vector<std::string> files_;
  uint64_t bytes_ = 0;
};

// Returns what Engine::Commit takes to ingest files of one column family.
rocksdb::IngestExternalFileArg Ingestion(rocksdb::ColumnFamilyHandle* family,
                                         std::vector<std::string> files);

}  // namespace diotima
