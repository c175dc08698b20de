#include "kv/resolve/update_cursor.h"

#include <diotima/status_macros.h>

#include "kv/resolve/increment_builder.h"

namespace diotima {

class UpdateCursor::Impl {
 public:
  const UpdateCounts& Counts() {
    const IncrementCounts& c = cursor->counts();
    counts.new_samples = c.new_samples;
    counts.stale_samples = c.stale_samples;
    counts.orphaned_samples = c.orphaned_samples;
    counts.rows = c.rows;
    counts.progress.reset();
    if (c.keys > 0 && !samples) {
      counts.progress =
          static_cast<double>(c.keys - c.new_keys) / static_cast<double>(c.keys) * 100;
    }
    return counts;
  }

  // Keeps the graph and the engine, past the Store's end.
  std::shared_ptr<const StoreCore> core;
  std::unique_ptr<IncrementCursor> cursor;
  std::vector<std::string> warnings;
  Schema orphan_schema;
  bool samples = false;
  UpdateCounts counts;
};

Result<UpdateCursor> ResolveUpdate(const std::shared_ptr<StoreCore>& core, std::string_view feature,
                                   const ResolveOptions& options) {
  IncrementBuilder builder(core.get(), core->graph(), options);
  DIOTIMA_TRY(builder.Prepare(feature));
  auto impl = std::make_unique<UpdateCursor::Impl>();
  impl->core = core;
  impl->cursor = builder.Build();
  DIOTIMA_TRY(impl->cursor->status());
  impl->warnings = builder.warnings();
  impl->orphan_schema = builder.orphan_schema();
  impl->samples = options.samples != nullptr;
  return UpdateCursor(std::move(impl));
}

Result<std::string> ExplainUpdate(const StoreCore* core, std::string_view feature,
                                  const ResolveOptions& options) {
  IncrementBuilder builder(core, core->graph(), options);
  DIOTIMA_TRY(builder.Prepare(feature));
  return builder.Explain();
}

UpdateCursor::UpdateCursor(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
UpdateCursor::UpdateCursor(UpdateCursor&&) noexcept = default;
UpdateCursor& UpdateCursor::operator=(UpdateCursor&&) noexcept = default;
UpdateCursor::~UpdateCursor() = default;
bool UpdateCursor::Valid() const { return impl_->cursor->Valid(); }
void UpdateCursor::Next() { impl_->cursor->Next(); }
const Status& UpdateCursor::status() const { return impl_->cursor->status(); }
Change UpdateCursor::change() const { return impl_->cursor->change(); }
const Row& UpdateCursor::row() const { return impl_->cursor->row(); }
const Schema& UpdateCursor::schema() const { return impl_->cursor->schema(); }
const Schema& UpdateCursor::orphan_schema() const { return impl_->orphan_schema; }
const UpdateCounts& UpdateCursor::counts() const { return impl_->Counts(); }
const std::vector<std::string>& UpdateCursor::warnings() const { return impl_->warnings; }

}  // namespace diotima
