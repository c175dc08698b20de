#include "kv/engine/table_files.h"

#include <diotima/status_macros.h>
#include <rocksdb/sst_file_reader.h>

#include <atomic>
#include <cstdio>

#include "codec/row/key.h"

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

rocksdb::Options TableFiles::Options() const {
  return {engine_->db()->GetDBOptions(), engine_->db()->GetOptions(family_)};
}

Status TableFiles::Open() {
  static std::atomic<uint64_t> counter{0};
  files_.push_back(engine_->TemporaryDirectory() + "/table-" + std::to_string(++counter) + ".sst");
  writer_ = std::make_unique<rocksdb::SstFileWriter>(rocksdb::EnvOptions(), Options(), family_,
                                                     /*invalidate_page_cache=*/false);
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

Status TableFiles::Remove(std::string_view key) {
  DIOTIMA_TRY(Roll(key));
  return FromRocks(writer_->Delete(Slice(key)), "cannot write '" + files_.back() + "'");
}

Status TableFiles::Finish() {
  if (!writer_) return Status::Ok();
  const auto status = writer_->Finish();
  writer_.reset();
  return FromRocks(status, "cannot write '" + files_.back() + "'");
}

Status TableFiles::RemoveRange(std::string_view begin, std::string_view end) {
  DIOTIMA_TRY(Roll(begin));
  bytes_ += end.size();
  return FromRocks(writer_->DeleteRange(Slice(begin), Slice(end)),
                   "cannot write '" + files_.back() + "'");
}

Status TableFiles::Restamp(int64_t from, int64_t to) {
  std::string old_time, new_time;
  AppendRowKeySuffix(from, 0, &old_time);
  AppendRowKeySuffix(to, 0, &new_time);
  old_time.resize(sizeof(uint64_t));
  new_time.resize(sizeof(uint64_t));
  std::vector<std::string> files;
  files.swap(files_);
  Status status;
  for (const auto& file : files) {
    if (status.ok()) status = RestampFile(file, old_time, new_time);
    std::remove(file.c_str());
  }
  DIOTIMA_TRY(status);
  return Finish();
}

Status TableFiles::RestampFile(const std::string& file, std::string_view from,
                               std::string_view to) {
  rocksdb::SstFileReader reader(Options());
  DIOTIMA_TRY(FromRocks(reader.Open(file), "cannot read '" + file + "'"));
  rocksdb::ReadOptions options;
  options.total_order_seek = true;
  options.fill_cache = false;
  const std::unique_ptr<rocksdb::Iterator> it(reader.NewIterator(options));
  std::string key;
  for (it->SeekToFirst(); it->Valid(); it->Next()) {
    key = View(it->key());
    char* const time = key.data() + key.size() - kRowKeySuffixSize;
    if (std::string_view(time, from.size()) == from) to.copy(time, to.size());
    DIOTIMA_TRY(Put(key, View(it->value())));
  }
  return FromRocks(it->status(), "cannot read '" + file + "'");
}

rocksdb::IngestExternalFileArg Ingestion(rocksdb::ColumnFamilyHandle* family,
                                         std::vector<std::string> files) {
  rocksdb::IngestExternalFileArg arg;
  arg.column_family = family;
  arg.external_files = std::move(files);
  arg.options.move_files = true;
  arg.options.failed_move_fall_back_to_copy = true;
  arg.options.snapshot_consistency = true;
  arg.options.allow_blocking_flush = true;
  arg.options.verify_checksums_before_ingest = false;
  return arg;
}

}  // namespace diotima
