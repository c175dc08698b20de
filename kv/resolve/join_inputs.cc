#include "kv/resolve/join_inputs.h"

#include <diotima/status_macros.h>

#include "codec/row/key.h"

namespace diotima {
namespace {

class KeyOrderInput : public JoinInput {
 public:
  KeyOrderInput(std::unique_ptr<FilteredScan> rows, size_t join_values, size_t key_values)
      : rows_(std::move(rows)), join_values_(join_values), whole_(join_values == key_values) {
    FindKey();
  }

  bool Valid() const override { return rows_->Valid(); }
  void Next() override {
    rows_->Next();
    FindKey();
  }
  const Status& status() const override { return rows_->status(); }
  const HashedRow& row() const override { return rows_->row(); }
  std::string_view join_key() const override { return key_; }
  bool join_key_has_null() const override { return false; }
  bool unique() const override { return whole_; }

 private:
  void FindKey() {
    if (!rows_->Valid()) return;
    const std::string_view sample = rows_->row().key().sample;
    key_ = sample;
    if (whole_) return;
    std::string_view rest = sample;
    for (size_t i = 0; i < join_values_; ++i) SkipTupleValue(&rest);
    key_ = sample.substr(0, sample.size() - rest.size());
  }

  const std::unique_ptr<FilteredScan> rows_;
  const size_t join_values_;
  const bool whole_;
  std::string_view key_;
};

// A sorted record's value: null flag u8 | key size u32 | row key | row value.
constexpr size_t kPayloadHead = 5;

class SortedInput : public JoinInput {
 public:
  SortedInput(std::unique_ptr<Sorter> sorter, std::unique_ptr<SortedRecords> records,
              std::shared_ptr<const RowLayout> layout, RowFilter filter)
      : sorter_(std::move(sorter)),
        records_(std::move(records)),
        layout_(std::move(layout)),
        filter_(std::move(filter)) {
    SkipUnmatched();
  }

  bool Valid() const override { return damage_.ok() && records_->Valid(); }
  void Next() override {
    records_->Next();
    SkipUnmatched();
  }
  const Status& status() const override { return damage_.ok() ? records_->status() : damage_; }
  const HashedRow& row() const override { return row_; }
  std::string_view join_key() const override { return records_->key(); }
  bool join_key_has_null() const override { return records_->value()[0] != 0; }
  bool unique() const override { return false; }

 private:
  void SkipUnmatched() {
    while (Valid()) {
      std::string_view payload = records_->value();
      const uint32_t key_size = ReadUint32(payload.data() + 1);
      payload.remove_prefix(kPayloadHead);
      if (!row_.Load(layout_.get(), payload.substr(0, key_size), payload.substr(key_size))) {
        damage_ = Status::Corruption("a row was damaged while it was sorted: check the disk");
        return;
      }
      if (filter_.Matches(row_)) return;
      records_->Next();
    }
  }

  const std::unique_ptr<Sorter> sorter_;
  const std::unique_ptr<SortedRecords> records_;
  const std::shared_ptr<const RowLayout> layout_;
  RowFilter filter_;
  StoredRow row_;
  Status damage_;
};

}  // namespace

std::unique_ptr<JoinInput> StreamInput(std::unique_ptr<FilteredScan> rows, size_t join_values,
                                       size_t key_values) {
  return std::make_unique<KeyOrderInput>(std::move(rows), join_values, key_values);
}

Status JoinSorter::Add(const StoredRow& row, const std::vector<size_t>& columns) {
  key_.clear();
  bool has_null = false;
  for (size_t column : columns) {
    const Value value = row.Get(column);
    if (value.kind() >= Kind::kList) {
      return Status::SchemaMismatch("column '" + row.schema()[column].name + "' is " +
                                    row.schema()[column].type.ToString() +
                                    ": rows cannot be joined on nested values");
    }
    has_null = has_null || value.null();
    AppendTupleValue(value, &key_);
  }
  payload_.clear();
  payload_.push_back(has_null ? 1 : 0);
  AppendUint32(static_cast<uint32_t>(row.key_bytes().size()), &payload_);
  payload_.append(row.key_bytes());
  payload_.append(row.value_bytes());
  return sorter_->Add(key_, payload_);
}

Result<std::unique_ptr<JoinInput>> JoinSorter::Finish(std::shared_ptr<const RowLayout> layout,
                                                      RowFilter filter) {
  DIOTIMA_TRY(sorter_->Sort());
  DIOTIMA_ASSIGN(auto records, sorter_->Scan());
  return std::unique_ptr<JoinInput>(std::make_unique<SortedInput>(
      std::move(sorter_), std::move(records), std::move(layout), std::move(filter)));
}

}  // namespace diotima
