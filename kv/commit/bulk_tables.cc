#include "kv/commit/bulk_tables.h"

#include <diotima/status_macros.h>

#include <algorithm>

#include "kv/commit/time_stamper.h"

namespace diotima {
namespace {

// Records of one task when sorted ones are merged: about one table file, compressed.
constexpr uint64_t kTaskBytes = uint64_t{64} << 20;

// Asks `check` once in so many records.
class CheckedSink {
 public:
  CheckedSink(TableFiles* files, const std::function<Status()>& check)
      : files_(files), check_(check) {}
  Status Put(std::string_view key, std::string_view value) {
    DIOTIMA_TRY(Check());
    return files_->Put(key, value);
  }
  Status Remove(std::string_view key) {
    DIOTIMA_TRY(Check());
    return files_->Remove(key);
  }
  Status RemoveRange(std::string_view begin, std::string_view end) {
    DIOTIMA_TRY(Check());
    return files_->RemoveRange(begin, end);
  }

 private:
  static constexpr uint64_t kEvery = 4096;

  Status Check() {
    if (!check_ || ++records_ % kEvery != 0) return Status::Ok();
    return check_();
  }

  TableFiles* const files_;
  const std::function<Status()>& check_;
  uint64_t records_ = 0;
};

Status MakeFromSegment(const RecordSegment& segment, int64_t time, bool renumber,
                       const std::function<Status()>& check, TableFiles* files) {
  const KeyTime key_time(time);
  CheckedSink sink(files, check);
  for (const auto& record : segment.records()) {
    const size_t size = record.key_size - 1;
    key_time.Set(record.key_data(), size, renumber);
    DIOTIMA_TRY(sink.Put({record.key_data(), size}, record.value()));
  }
  return files->Finish();
}

Status MakeFromSorted(const Sorter& sorter, std::string_view begin, std::string_view end,
                      int64_t time, bool renumber, const std::function<Status()>& check,
                      std::atomic<uint64_t>* repeated, TableFiles* files) {
  CheckedSink sink(files, check);
  TimeStamper<CheckedSink> emitter(time, renumber, &sink);
  DIOTIMA_ASSIGN(auto scan, sorter.Scan(begin, end));
  for (; scan->Valid(); scan->Next()) DIOTIMA_TRY(emitter.Add(scan->key(), scan->value()));
  DIOTIMA_TRY(scan->status());
  DIOTIMA_TRY(emitter.Finish());
  *repeated += emitter.repeated();
  return files->Finish();
}

}  // namespace

BulkTables::BulkTables(Engine* engine, TaskGroup* tasks, int64_t time,
                       std::function<Status()> check)
    : engine_(engine), tasks_(tasks), time_(time), check_(std::move(check)) {}

// Tasks may still write to its files.
BulkTables::~BulkTables() { (void)tasks_->Wait(); }

TableFiles* BulkTables::NewTables() {
  tables_.push_back(std::make_unique<TableFiles>(engine_, engine_->rows()));
  return tables_.back().get();
}

Status BulkTables::AddSegment(std::unique_ptr<RecordSegment> segment, bool renumber) {
  TableFiles* const files = NewTables();
  return tasks_->Run(
      [this, records = std::shared_ptr<RecordSegment>(std::move(segment)), files, renumber] {
        return MakeFromSegment(*records, time_, renumber, check_, files);
      });
}

Status BulkTables::AddSorted(const Sorter& sorter, bool renumber) {
  const size_t parts = std::max<size_t>(sorter.bytes() / kTaskBytes, tasks_->threads() + 1);
  // A sample is not split: it begins a part with all its rows.
  std::vector<std::string> bounds(1);
  for (auto& split : sorter.Splits(parts)) {
    if (split.size() <= kRowKeyPrefixSize + 1 + kRowKeySuffixSize) continue;  // a whole version
    split.resize(split.size() - 1 - kRowKeySuffixSize);
    if (split != bounds.back()) bounds.push_back(std::move(split));
  }
  bounds.emplace_back();
  for (size_t i = 0; i + 1 < bounds.size(); ++i) {
    TableFiles* const files = NewTables();
    DIOTIMA_TRY(
        tasks_->Run([this, &sorter, begin = bounds[i], end = bounds[i + 1], files, renumber] {
          return MakeFromSorted(sorter, begin, end, time_, renumber, check_, &repeated_, files);
        }));
  }
  return Status::Ok();
}

Status BulkTables::Finish() { return tasks_->Wait(); }

Status BulkTables::Restamp(int64_t time) {
  for (const auto& files : tables_) {
    DIOTIMA_TRY(tasks_->Run(
        [files = files.get(), from = time_, time] { return files->Restamp(from, time); }));
  }
  time_ = time;
  return tasks_->Wait();
}

void BulkTables::AppendFiles(std::vector<std::string>* files) const {
  for (const auto& tables : tables_) {
    files->insert(files->end(), tables->files().begin(), tables->files().end());
  }
}

}  // namespace diotima
