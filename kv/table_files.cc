#include "kv/table_files.h"

#include <atomic>
#include <cstdio>

#include "codec/status_macros.h"

namespace diotima {
namespace {

// Small enough that a compaction need not rewrite a huge file for a few rows.
constexpr uint64_t kFileBytes = uint64_t{128} << 20;

}  // namespace

TableFiles::TableFiles(Engine* engine, rocksdb::ColumnFamilyHandle* family)
    : engine_(engine), family_(family) {}

TableFiles::~TableFiles() {
  writer_.reset();
  for (const auto& file : files_) std::remove(file.c_str());  // ingested ones were moved away
}

Status TableFiles::Open() {
  static std::atomic<uint64_t> counter{0};
  const rocksdb::Options options(engine_->db()->GetDBOptions(), engine_->db()->GetOptions(family_));
  files_.push_back(engine_->TemporaryDirectory() + "/table-" + std::to_string(++counter) + ".sst");
  writer_ = std::make_unique<rocksdb::SstFileWriter>(rocksdb::EnvOptions(), options, family_);
  bytes_ = 0;
  return FromRocks(writer_->Open(files_.back()), "cannot write '" + files_.back() + "'");
}

Status TableFiles::Roll(std::string_view key) {
  bytes_ += key.size();
  if (writer_ && bytes_ > kFileBytes) DIOTIMA_TRY(Finish());
  return writer_ ? Status::Ok() : Open();
}

Status TableFiles::Put(std::string_view key, std::string_view value) {
  DIOTIMA_TRY(Roll(key));
  bytes_ += value.size();
  return FromRocks(writer_->Put(Slice(key), Slice(value)), "cannot write '" + files_.back() + "'");
}

Status TableFiles::Delete(std::string_view key) {
  DIOTIMA_TRY(Roll(key));
  return FromRocks(writer_->Delete(Slice(key)), "cannot write '" + files_.back() + "'");
}

Status TableFiles::Finish() {
  if (!writer_) return Status::Ok();
  const auto status = writer_->Finish();
  writer_.reset();
  return FromRocks(status, "cannot write '" + files_.back() + "'");
}

rocksdb::IngestExternalFileArg TableFiles::Ingestion() const {
  rocksdb::IngestExternalFileArg arg;
  arg.column_family = family_;
  arg.external_files = files_;
  arg.options.move_files = true;
  arg.options.failed_move_fall_back_to_copy = true;
  arg.options.snapshot_consistency = true;
  arg.options.allow_blocking_flush = true;
  arg.options.verify_checksums_before_ingest = false;
  return arg;
}

}  // namespace diotima
