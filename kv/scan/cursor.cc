#include "kv/scan/cursor.h"

#include <diotima/status_macros.h>

#include "codec/base/messages.h"

namespace diotima {
namespace {

Result<std::vector<size_t>> FindColumns(const std::vector<std::string>& names, const Schema& schema,
                                        std::string_view feature) {
  std::vector<size_t> columns;
  for (const auto& name : names) {
    const auto column = schema.Find(name);
    if (column) {
      columns.push_back(*column);
      continue;
    }
    std::vector<std::string> known;
    for (const auto& c : schema.columns()) known.push_back(c.name);
    return Status::InvalidArgument("feature '" + std::string(feature) + "' has no column '" + name +
                                   "'" + DidYouMean(name, known));
  }
  return columns;
}

}  // namespace

Cursor::Impl::Impl(std::shared_ptr<const StoreCore> core, std::unique_ptr<FilteredScan> scan,
                   std::optional<std::vector<size_t>> columns)
    : core_(std::move(core)), scan_(std::move(scan)) {
  if (!columns) return;
  view_.emplace(*scan_->schema(), *std::move(columns));
  view_->Set(&scan_->row());  // the same object for every row
}

Result<Cursor> Read(const std::shared_ptr<StoreCore>& core, std::string_view feature,
                    const ReadOptions& options) {
  SourceFinder finder(core.get());
  DIOTIMA_ASSIGN(auto scan,
                 OpenScan(&finder, core->graph(), feature, options, /*stop_at_damage=*/false));
  std::optional<std::vector<size_t>> columns;
  if (!options.columns.empty()) {
    DIOTIMA_ASSIGN(columns, FindColumns(options.columns, *scan->schema(), feature));
  }
  return Cursor(std::make_unique<Cursor::Impl>(core, std::move(scan), std::move(columns)));
}

Cursor::Cursor(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Cursor::Cursor(Cursor&&) noexcept = default;
Cursor& Cursor::operator=(Cursor&&) noexcept = default;
Cursor::~Cursor() = default;
bool Cursor::Valid() const { return impl_->Valid(); }
void Cursor::Next() { impl_->Next(); }
const Status& Cursor::status() const { return impl_->status(); }
const Schema& Cursor::schema() const { return impl_->schema(); }
const Row& Cursor::row() const { return impl_->row(); }

}  // namespace diotima
