// docs/semantics.md, "Alter".

#include <diotima/status_macros.h>
#include <diotima/text.h>

#include <algorithm>

#include "codec/base/messages.h"
#include "codec/row/describe_sample.h"
#include "kv/catalog/draft.h"
#include "kv/commit/committer.h"
#include "kv/commit/write_set.h"
#include "kv/rewrite/in_turn.h"
#include "kv/rewrite/rewrite.h"
#include "kv/scan/filtered_scan.h"

namespace diotima {
namespace {

class Alterer {
 public:
  Alterer(const StoreCore* core, const std::string& feature, const AlterOptions& options)
      : core_(core),
        feature_(feature),
        options_(options),
        catalog_(core->catalog->state()),
        progress_(options.progress) {}

  // `turn` may be null for a dry run.
  Result<AlterResult> Run(Committer::Turn* turn) {
    const auto existing = core_->catalog->state()->Find(feature_);
    if (!existing) return NeverWritten(feature_);
    FeatureEntry& entry = catalog_.Feature(feature_)->mutable_entry();
    for (const auto& [name, type] : options_.columns) {
      DIOTIMA_ASSIGN(StoredColumn* const column, Find(&entry, name));
      if (!(column->type == type)) wanted_.push_back({column, type, false});
    }
    if (!wanted_.empty()) DIOTIMA_TRY(CheckRows());
    for (const Wanted& wanted : wanted_) ChangeType(wanted, &entry);
    for (const auto& [from, to] : options_.renames) DIOTIMA_TRY(Rename(from, to, &entry));
    for (const auto& name : options_.drops) {
      DIOTIMA_ASSIGN(const StoredColumn* const column, Find(&entry, name));
      entry.columns.erase(entry.columns.begin() + (column - entry.columns.data()));
    }
    ++entry.alterations;
    if (options_.dry_run) return result_;
    WriteSet nothing(core_);
    DIOTIMA_ASSIGN(const int64_t time, turn->Apply(&nothing, &catalog_));
    result_.commit_time = FromMicros(time);
    return result_;
  }

 private:
  struct Wanted {
    StoredColumn* column;
    Type type;
    bool stored;  // whether any row has a value
  };

  Result<StoredColumn*> Find(FeatureEntry* entry, const std::string& name) const {
    std::vector<std::string> names;
    for (StoredColumn& column : entry->columns) {
      names.push_back(column.name);
      if (column.name != name) continue;
      for (const VersionEntry& version : entry->versions) {
        const auto& ids = version.id_columns;
        if (std::find(ids.begin(), ids.end(), name) == ids.end()) continue;
        return Status::InvalidArgument("feature '" + feature_ + "': column '" + name +
                                       "' is an id column of version " + version.feature_version +
                                       ": the keys of its rows are made of it");
      }
      return &column;
    }
    return Status::NotFound("feature '" + feature_ + "' has no column '" + name + "'" +
                            DidYouMean(name, names));
  }

  // Whether every stored value, history included, fits its new type exactly.
  Status CheckRows() {
    ReadOptions read;
    read.with_feature_history = read.with_sample_history = read.include_soft_deleted = true;
    read.allow_fallback = false;
    SourceFinder finder(core_);
    DIOTIMA_ASSIGN(auto scan, OpenScan(&finder, core_->graph(), feature_, read,
                                       /*stop_at_damage=*/true));
    Arena arena;
    for (; scan->Valid(); scan->Next()) {
      DIOTIMA_TRY(progress_.Add());
      ++result_.rows;
      arena.Reset();
      for (Wanted& wanted : wanted_) DIOTIMA_TRY(CheckCell(scan->row(), &wanted, &arena));
    }
    return scan->status();
  }

  Status CheckCell(const StoredRow& row, Wanted* wanted, Arena* arena) {
    const Value value = row.Get(wanted->column->name);
    if (value.null()) return Status::Ok();
    wanted->stored = true;
    if (Coerce(value, wanted->type, arena)) return Status::Ok();
    std::string text;
    AppendJson(value, &text);
    constexpr size_t kShown = 60;
    return Status::SchemaMismatch(
        "feature '" + feature_ + "', sample " + DescribeSample(row.layout(), row.key().sample) +
        ": column '" + wanted->column->name + "' holds " + text.substr(0, kShown) +
        (text.size() > kShown ? "…" : "") + " (" + TypeOf(value).ToString() +
        "), which does not fit " + wanted->type.ToString() + " exactly");
  }

  // New rows have the cells in a new field; old ones keep theirs.
  static void ChangeType(const Wanted& wanted, FeatureEntry* entry) {
    StoredColumn& column = *wanted.column;
    if (wanted.stored) {
      column.former.insert(column.former.begin(), {column.id, column.type});
    } else {
      column.former.clear();
    }
    column.id = entry->NextColumnId();
    column.type = wanted.type;
  }

  Status Rename(const std::string& from, const std::string& to, FeatureEntry* entry) const {
    DIOTIMA_ASSIGN(StoredColumn* const column, Find(entry, from));
    if (to.empty() || FindSystemColumn(to)) {
      return Status::InvalidArgument("a column cannot be named '" + to + "'");
    }
    if (entry->FindColumn(to) != nullptr) {
      return Status::InvalidArgument("feature '" + feature_ + "' has a column '" + to +
                                     "' already: drop it first, or choose another name");
    }
    column->name = to;
    return Status::Ok();
  }

  const StoreCore* const core_;
  const std::string& feature_;
  const AlterOptions& options_;
  CatalogDraft catalog_;
  std::vector<Wanted> wanted_;
  AlterResult result_;
  RowProgress progress_;
};

}  // namespace

Result<AlterResult> Alter(const StoreCore* core, const std::string& feature,
                          const AlterOptions& options) {
  if (options.columns.empty() && options.renames.empty() && options.drops.empty()) {
    return Status::InvalidArgument("nothing to alter: name columns to change, rename or drop");
  }
  return InTurn(core, options.dry_run,
                [&](Committer::Turn* turn) { return Alterer(core, feature, options).Run(turn); });
}

}  // namespace diotima
