#include <diotima/status_macros.h>

#include "codec/row/encoder.h"
#include "kv/catalog/draft.h"
#include "kv/commit/committer.h"
#include "kv/commit/write_set.h"
#include "kv/resolve/increment_builder.h"
#include "kv/rewrite/in_turn.h"
#include "kv/rewrite/rewrite.h"

namespace diotima {
namespace {

// Row hashes made anew; what the writer overrode is kept.
class RebasedHashes {
 public:
  RebasedHashes(const StoredRow& old, const std::vector<std::string>& fields,
                const ExpectedHashes& fresh)
      : old_provenance_(old.Get(kProvenanceByField)),
        old_data_version_(old.Get(kDataVersionByField)) {
    for (size_t i = 0; i < fields.size(); ++i) {
      const Value hash = fresh.by_field[i].ToValue();
      provenance_.push_back(Value::String(fields[i]));
      provenance_.push_back(hash);
      data_version_.push_back(Value::String(fields[i]));
      data_version_.push_back(Overridden(fields[i]) ? old_data_version_.Find(fields[i]) : hash);
    }
    const Value old_row = old.Get(kDataVersion);
    row_provenance_ = fresh.row.ToValue();
    row_data_version_ = old_row == old.Get(kProvenance) ? row_provenance_ : old_row;
  }

  void Set(CompleteRow* row) const {
    const size_t fields = provenance_.size() / 2;
    row->provenance_by_field = Value::Map(provenance_.data(), fields);
    row->provenance = row_provenance_;
    row->data_version_by_field = Value::Map(data_version_.data(), fields);
    row->data_version = row_data_version_;
  }

 private:
  bool Overridden(const std::string& field) const {
    if (old_data_version_.null()) return false;
    const Value before = old_data_version_.Find(field);
    return !before.absent() &&
           !(before == (old_provenance_.null() ? Value::Null() : old_provenance_.Find(field)));
  }

  const Value old_provenance_, old_data_version_;
  std::vector<Value> provenance_, data_version_;
  Value row_provenance_, row_data_version_;
};

class Rebaser {
 public:
  Rebaser(const StoreCore* core, const RebaseOptions& options)
      : core_(core), options_(options), catalog_(core->catalog->state()), set_(core) {}

  // `turn` may be null for a dry run.
  Result<WriteResult> Run(std::string_view feature, Committer::Turn* turn) {
    DIOTIMA_TRY(FindTarget(feature));
    ResolveOptions resolve;
    resolve.skip_comparison = true;
    IncrementBuilder builder(core_, graph_, resolve);
    if (graph_.IsRoot(feature)) {
      return Status::InvalidArgument("feature '" + std::string(feature) +
                                     "' is a root: it has no upstream to be rebased on");
    }
    DIOTIMA_TRY(builder.Prepare(feature));
    DIOTIMA_TRY(OpenTarget(builder));
    ReadOptions read;
    read.with_feature_history = true;
    read.allow_fallback = false;
    read.filters = {std::string(kFeatureVersion) + " = '" + EscapeQuotes(options_.from) + "'"};
    DIOTIMA_ASSIGN(auto scan,
                   OpenScan(builder.finder(), graph_, feature, read, /*stop_at_damage=*/true));
    const VersionEntry* from = scan->source().entry->FindVersion(options_.from);
    if (from == nullptr) return NoVersion(feature, *scan->source().entry);
    DIOTIMA_ASSIGN(auto current, builder.InJoinOrder(std::move(scan), from->id_columns));
    DIOTIMA_TRY(Merge(builder.Build(), GroupReader(std::move(current))));
    return Finish(feature, turn);
  }

 private:
  static std::string EscapeQuotes(const std::string& text) {
    std::string out;
    for (char c : text) out += c == '\'' ? "''" : std::string(1, c);
    return out;
  }

  static Status NoVersion(std::string_view feature, const FeatureEntry& entry) {
    std::string known;
    for (const auto& version : entry.versions) known += " " + version.feature_version;
    return Status::NotFound("feature '" + std::string(feature) +
                            "' has no rows of that version; stored versions:" + known);
  }

  // The graph whose definition of the feature has the version asked for.
  Status FindTarget(std::string_view feature) {
    graph_ = core_->graph();
    DIOTIMA_ASSIGN(const FeatureDefinition current, core_->Definition(feature));
    if (!options_.to || *options_.to == current.feature_version) return Status::Ok();
    DIOTIMA_ASSIGN(const auto snapshots, core_->catalog->Snapshots());
    for (const auto& snapshot : snapshots) {
      DIOTIMA_ASSIGN(Graph graph, Graph::FromText(snapshot.graph, GraphFormat::kJson,
                                                  "snapshot " + snapshot.project_version));
      if (graph.Find(feature) == nullptr ||
          graph.Versions(feature, core_->hasher.truncation_length).feature_version !=
              *options_.to) {
        continue;
      }
      graph_ = std::move(graph);
      return Status::Ok();
    }
    return Status::NotFound("no recorded snapshot has version " + *options_.to + " of feature '" +
                            std::string(feature) + "': push the graph that defines it");
  }

  Status OpenTarget(const IncrementBuilder& builder) {
    definition_ = builder.definition();
    draft_ = catalog_.Feature(definition_.spec->key);
    DIOTIMA_ASSIGN(const VersionEntry* version, draft_->AddVersion(definition_));
    version_ = version->id;
    layout_ = catalog_.Layout(*draft_, *version);
    encoder_ = std::make_unique<RowEncoder>(layout_.get());
    return Status::Ok();
  }

  // Each row that has an expected row of its key, with that one's hashes.
  Status Merge(std::unique_ptr<IncrementCursor> expected, GroupReader current) {
    RowProgress progress(options_.progress);
    for (; current.Valid() && expected->Valid();) {
      DIOTIMA_TRY(progress.Add());
      if (expected->key() < current.key()) {
        expected->Next();
      } else if (expected->key() > current.key() || current.key_has_null()) {
        current.SkipGroup();
      } else {
        current.Take();
        for (const HashedRow* row : current.rows()) {
          DIOTIMA_TRY(Append(static_cast<const StoredRow&>(*row), expected->hashes()));
        }
        current.Drop();
      }
    }
    DIOTIMA_TRY(expected->status());
    return current.status();
  }

  Status Append(const StoredRow& row, const ExpectedHashes& fresh) {
    ++rows_;
    CompleteRow out = ToCompleteRow(row);
    for (size_t id : layout_->ids) {
      if (id < out.cells.size() && !out.cells[id].null()) continue;
      return Status::SchemaMismatch("feature '" + definition_.spec->key + "': id column '" +
                                    layout_->columns[id].name + "' of version " +
                                    definition_.feature_version + " is null in rows of version " +
                                    options_.from + ": they cannot be rebased; write them anew");
    }
    if (options_.dry_run) return Status::Ok();
    out.updated_at = Value::Absent();
    const RebasedHashes hashes(row, definition_.fields, fresh);
    hashes.Set(&out);
    out.project = catalog_.Project(definition_.project_version);
    const auto& id = options_.materialization_id ? options_.materialization_id
                                                 : core_->options.materialization_id;
    out.materialization_id = id ? Value::String(*id) : Value::Null();
    sample_.clear();
    encoder_->AppendSample(out, &sample_);
    DIOTIMA_ASSIGN(const std::string_view value, encoder_->Encode(out));
    return set_.Put({draft_->entry().id, version_}, sample_, std::nullopt, value,
                    JournalAction::kWrite);
  }

  Result<WriteResult> Finish(std::string_view feature, Committer::Turn* turn) {
    WriteResult result;
    result.rows = rows_;
    result.features.emplace_back(feature, rows_);
    if (options_.dry_run || set_.empty()) return result;
    DIOTIMA_ASSIGN(const int64_t time, turn->Apply(&set_, &catalog_));
    result.commit_time = FromMicros(time);
    return result;
  }

  const StoreCore* const core_;
  const RebaseOptions& options_;
  Graph graph_;  // the target's
  CatalogDraft catalog_;
  WriteSet set_;
  FeatureDefinition definition_;
  FeatureDraft* draft_ = nullptr;
  uint32_t version_ = 0;
  std::shared_ptr<const RowLayout> layout_;
  std::unique_ptr<RowEncoder> encoder_;
  uint64_t rows_ = 0;
  std::string sample_;
};

}  // namespace

Result<WriteResult> Rebase(const StoreCore* core, std::string_view feature,
                           const RebaseOptions& options) {
  return InTurn(core, options.dry_run,
                [&](Committer::Turn* turn) { return Rebaser(core, options).Run(feature, turn); });
}

}  // namespace diotima
