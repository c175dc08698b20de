#include "kv/commit/commit.h"

#include <diotima/status_macros.h>

#include "kv/commit/committer.h"

namespace diotima {

Commit::Impl::Impl(std::shared_ptr<const StoreCore> core, WriteOptions options)
    : core_(std::move(core)),
      options_(std::move(options)),
      catalog_(core_->catalog->state()),
      set_(core_.get()) {
  set_.SetCheck(options_.check);
}

Result<Commit::Impl::Feature*> Commit::Impl::Find(std::string_view feature) {
  if (auto it = features_.find(feature); it != features_.end()) return &it->second;
  DIOTIMA_ASSIGN(FeatureDefinition definition, core_->Definition(feature));
  Feature& found = features_[std::string(feature)];
  order_.emplace_back(feature);
  found.writer =
      std::make_unique<FeatureEncoder>(core_.get(), &options_, &catalog_, std::move(definition));
  return &found;
}

Status Commit::Impl::AppendRows(std::string_view feature, const RowBatch& rows) {
  DIOTIMA_ASSIGN(Feature* const found, Find(feature));
  FeatureEncoder& writer = *found->writer;
  DIOTIMA_TRY(writer.Begin(&rows));
  for (size_t row = 0; row < rows.rows(); ++row) {
    DIOTIMA_ASSIGN(const EncodedRow encoded, writer.Encode(row));
    DIOTIMA_TRY(set_.Put(encoded.version, encoded.sample, encoded.time, encoded.value,
                         JournalAction::kWrite));
  }
  writer.End();
  found->rows += rows.rows();
  return Status::Ok();
}

Status Commit::Impl::Append(std::string_view feature, const RowBatch& rows) {
  DIOTIMA_TRY(core_->engine->CheckProcess());
  if (failed_.ok()) failed_ = AppendRows(feature, rows);
  return failed_;
}

Result<WriteResult> Commit::Impl::Finish() {
  DIOTIMA_TRY(failed_);
  DIOTIMA_TRY(core_->engine->CheckProcess());
  WriteResult result;
  for (const auto& feature : order_) {
    result.features.emplace_back(feature, features_.find(feature)->second.rows);
    result.rows += result.features.back().second;
  }
  if (set_.empty() && !catalog_.changed()) return result;
  DIOTIMA_ASSIGN(const int64_t time, core_->committer->Commit(&set_, &catalog_, options_.sync));
  result.commit_time = FromMicros(time);
  result.repeated_rows = set_.repeated();
  return result;
}

Commit::Commit(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Commit::Commit(Commit&&) noexcept = default;
Commit& Commit::operator=(Commit&&) noexcept = default;
Commit::~Commit() = default;

namespace {
Status FinishedBefore() { return Status::InvalidArgument("this commit was finished before"); }
}  // namespace

Status Commit::Append(std::string_view feature, const RowBatch& rows) {
  return impl_ ? impl_->Append(feature, rows) : FinishedBefore();
}

Result<WriteResult> Commit::Finish() {
  if (!impl_) return FinishedBefore();
  // Frees the rows, and lets the store close.
  const std::unique_ptr<Impl> impl = std::move(impl_);
  return impl->Finish();
}

}  // namespace diotima
