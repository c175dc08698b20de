#include "kv/commit/parallel_encoder.h"

#include <diotima/status_macros.h>

#include <algorithm>
#include <atomic>
#include <thread>

#include "codec/base/batch_builder.h"
#include "kv/commit/committer.h"
#include "kv/commit/write_set.h"

namespace diotima {

void EncodedRows::Clear() {
  rows_.clear();
  bytes_.clear();
}

void EncodedRows::Add(const EncodedRow& row) {
  const size_t sample = bytes_.size();
  bytes_.append(row.sample);
  const size_t value = bytes_.size();
  bytes_.append(row.value);
  rows_.push_back({row.version, row.time, sample, value, bytes_.size()});
}

EncodedRow EncodedRows::operator[](size_t i) const {
  const Entry& row = rows_[i];
  const std::string_view bytes = bytes_;
  return {row.version, bytes.substr(row.sample, row.value - row.sample), row.time,
          bytes.substr(row.value, row.end - row.value)};
}

struct ParallelEncoder::Slot {
  std::mutex mutex;
  std::unique_ptr<CatalogDraft> catalog;
  std::map<std::string, std::unique_ptr<FeatureEncoder>, std::less<>> features;
  EncodedRows encoded;
  RowBatch row;  // for rows that come one by one

  void Reset() {
    features.clear();
    catalog.reset();
  }
};

ParallelEncoder::ParallelEncoder(const StoreCore* core, WriteOptions options)
    : core_(core), options_(std::move(options)) {
  const size_t slots = std::max<size_t>(16, 2 * size_t{std::thread::hardware_concurrency()});
  for (size_t i = 0; i < slots; ++i) slots_.push_back(std::make_unique<Slot>());
}

ParallelEncoder::~ParallelEncoder() = default;

// A thread keeps to its own slot, if another one is not there by chance.
std::unique_lock<std::mutex> ParallelEncoder::Lock(Slot** slot) {
  static std::atomic<size_t> threads{0};
  thread_local const size_t thread = threads++;
  for (size_t i = 0; i < slots_.size(); ++i) {
    *slot = slots_[(thread + i) % slots_.size()].get();
    std::unique_lock lock((*slot)->mutex, std::try_to_lock);
    if (lock) return lock;
  }
  *slot = slots_[thread % slots_.size()].get();
  return std::unique_lock((*slot)->mutex);
}

Status ParallelEncoder::TryEncode(Slot* slot, std::string_view feature, const RowBatch& rows) {
  if (!slot->catalog) slot->catalog = std::make_unique<CatalogDraft>(core_->catalog->state());
  auto it = slot->features.find(feature);
  if (it == slot->features.end()) {
    DIOTIMA_ASSIGN(FeatureDefinition definition, core_->Definition(feature));
    it = slot->features
             .emplace(feature, std::make_unique<FeatureEncoder>(
                                   core_, &options_, slot->catalog.get(), std::move(definition)))
             .first;
  }
  FeatureEncoder& writer = *it->second;
  slot->encoded.Clear();
  DIOTIMA_TRY(writer.Begin(&rows));
  for (size_t i = 0; i < rows.rows(); ++i) {
    DIOTIMA_ASSIGN(const EncodedRow row, writer.Encode(i));
    slot->encoded.Add(row);
  }
  return Status::Ok();
}

Status ParallelEncoder::EncodeIn(Slot* slot, std::string_view feature, const RowBatch& rows) {
  for (;;) {
    Status status = TryEncode(slot, feature, rows);
    if (status.ok() && !slot->catalog->changed()) return status;
    if (status.ok()) {
      WriteSet nothing(core_);
      status = core_->committer->Commit(&nothing, slot->catalog.get(), /*sync=*/false).status();
      // Another commit has changed the catalog: see what is left to add.
      if (status.code() == StatusCode::kConflict) status = Status::Ok();
    }
    slot->Reset();
    DIOTIMA_TRY(status);
  }
}

Status ParallelEncoder::Encode(std::string_view feature, const RowBatch& rows,
                               const std::function<Status(const EncodedRows&)>& use) {
  Slot* slot = nullptr;
  const auto lock = Lock(&slot);
  DIOTIMA_TRY(EncodeIn(slot, feature, rows));
  return use(slot->encoded);
}

Status ParallelEncoder::Encode(std::string_view feature, const Row& row,
                               const std::function<Status(const EncodedRows&)>& use) {
  Slot* slot = nullptr;
  const auto lock = Lock(&slot);
  RowBatch& batch = slot->row;
  const auto& columns = row.schema().columns();
  const bool same =
      std::equal(columns.begin(), columns.end(), batch.columns().begin(), batch.columns().end(),
                 [](const Column& a, const std::string& b) { return a.name == b; });
  if (!same) batch = RowBatch();
  batch.Clear();
  batch.AddRow();
  for (size_t i = 0; i < columns.size(); ++i) {
    if (!same) batch.AddColumn(columns[i].name);
    BatchBuilder(&batch).SetBorrowed(i, row.Get(i));
  }
  DIOTIMA_TRY(EncodeIn(slot, feature, batch));
  return use(slot->encoded);
}

}  // namespace diotima
