// docs/semantics.md, "Purge".

#include <diotima/status_macros.h>

#include <algorithm>
#include <limits>

#include "codec/row/describe_sample.h"
#include "codec/row/sample_history.h"
#include "codec/row/stored_row.h"
#include "codec/row/verifier.h"
#include "kv/catalog/draft.h"
#include "kv/catalog/journal.h"
#include "kv/commit/committer.h"
#include "kv/commit/write_set.h"
#include "kv/rewrite/in_turn.h"
#include "kv/rewrite/removal_runs.h"
#include "kv/rewrite/rewrite.h"
#include "kv/scan/filtered_scan.h"
#include "kv/scan/version_range.h"

namespace diotima {
namespace {

// Selects what is purged from one feature.
struct Limits {
  std::optional<uint64_t> keep;
  std::optional<int64_t> cutoff;  // superseded or deleted at this time or before
  bool deleted = false;

  bool history() const { return keep || cutoff; }
};

class Purger {
 public:
  Purger(const StoreCore* core, const PurgeOptions& options)
      : core_(core),
        options_(options),
        now_(core->committer->NextTime()),
        view_(core->catalog->TakeView()),
        draft_(core->catalog->state()),
        set_(core),
        remover_(&set_),
        progress_(options.progress) {}

  // `turn` may be null for a dry run.
  Result<PurgeResult> Run(Committer::Turn* turn) {
    DIOTIMA_ASSIGN(const auto features, Features());
    for (const auto& feature : features) DIOTIMA_TRY(CountTotal(feature));
    for (const auto& feature : features) DIOTIMA_TRY(PurgeFeature(feature));
    if (options_.dry_run || set_.empty()) return result_;
    DIOTIMA_ASSIGN(const int64_t time, turn->Apply(&set_, &draft_));
    result_.commit_time = FromMicros(time);
    return result_;
  }

 private:
  Result<std::vector<std::string>> Features() const {
    std::vector<std::string> features;
    for (const auto& feature : options_.features) {
      if (view_.catalog->Find(feature) == nullptr) return NeverWritten(feature);
      if (std::find(features.begin(), features.end(), feature) == features.end()) {
        features.push_back(feature);
      }
    }
    if (options_.features.empty()) {
      for (const auto& [key, entry] : view_.catalog->features) features.push_back(key);
    }
    if (options_.by_retention) {
      std::erase_if(features, [this](const auto& key) { return RetentionOf(key) == nullptr; });
    }
    return features;
  }

  const Retention* RetentionOf(std::string_view feature) const {
    const FeatureSpec* spec = core_->graph().Find(feature);
    return spec != nullptr && spec->retention ? &*spec->retention : nullptr;
  }

  Status CountTotal(const std::string& feature) {
    if (!options_.progress) return Status::Ok();
    const auto entry = view_.catalog->Find(feature);
    for (const auto& version : entry->versions) {
      DIOTIMA_ASSIGN(const uint64_t rows, CountByJournal(core_->engine.get(), view_.snapshot.get(),
                                                         {entry->id, version.id}));
      progress_.AddTotal(rows);
    }
    return Status::Ok();
  }

  Limits LimitsOf(const std::string& feature) const {
    Limits limits;
    std::optional<Duration> age = options_.older_than;
    limits.keep = options_.keep;
    limits.deleted = options_.deleted;
    if (options_.by_retention) {
      limits.keep = RetentionOf(feature)->keep;
      age = RetentionOf(feature)->older_than;
    }
    if (age) limits.cutoff = now_ - age->count();
    return limits;
  }

  Status PurgeFeature(const std::string& feature) {
    entry_ = view_.catalog->Find(feature);
    const Limits limits = LimitsOf(feature);
    purged_ = {feature, 0, 0};
    DIOTIMA_ASSIGN(const auto whole, WholeVersions());
    for (const auto& version : entry_->versions) {
      version_ = &version;
      horizon_ = 0;
      const uint64_t before = purged_.rows;
      bool all = std::find(whole.begin(), whole.end(), &version) != whole.end();
      if (all && limits.cutoff) {
        DIOTIMA_ASSIGN(const int64_t newest, NewestTime());
        all = newest <= *limits.cutoff;
      }
      if (all) {
        DIOTIMA_TRY(RemoveVersion());
      } else if (limits.history() || limits.deleted) {
        DIOTIMA_TRY(RemoveHistory(limits));
      }
      if (purged_.rows > before && !options_.dry_run) NotePurge();
    }
    result_.rows += purged_.rows;
    result_.bytes += purged_.bytes;
    result_.features.push_back(purged_);
    return Status::Ok();
  }

  Result<std::vector<const VersionEntry*>> WholeVersions() const {
    std::vector<const VersionEntry*> whole;
    for (const auto& name : options_.feature_versions) {
      DIOTIMA_ASSIGN(whole.emplace_back(), entry_->GetVersion(name));
    }
    if (!options_.old_versions) return whole;
    if (core_->graph().Find(entry_->key) == nullptr) {
      return Status::InvalidArgument("feature '" + entry_->key +
                                     "' is not in the graph, so that none of its versions is the "
                                     "current one: name the versions to purge");
    }
    DIOTIMA_ASSIGN(const FeatureDefinition definition, core_->Definition(entry_->key));
    for (const auto& version : entry_->versions) {
      if (version.feature_version != definition.feature_version) whole.push_back(&version);
    }
    return whole;
  }

  VersionId Version() const { return {entry_->id, version_->id}; }

  void NotePurge() {
    VersionUpkeep upkeep = draft_.Upkeep(Version());
    upkeep.purge_horizon = std::max(upkeep.purge_horizon, horizon_);
    draft_.SetUpkeep(Version(), upkeep);
  }

  template <typename Visit>
  Status ForEachRow(const Visit& visit) {
    const auto layout = view_.catalog->Layout(*entry_, *version_);
    VersionRange range(core_->engine.get(), view_, layout.get(), Version());
    for (; range.Valid(); range.Next()) DIOTIMA_TRY(visit(range));
    return FromRocks(range.status(), "cannot read feature '" + entry_->key + "'");
  }

  Status Count(const VersionRange& row) {
    ++purged_.rows;
    purged_.bytes += row.key().size() + row.value().size();
    return Status::Ok();
  }

  Result<int64_t> NewestTime() {
    int64_t newest = std::numeric_limits<int64_t>::min();
    DIOTIMA_TRY(ForEachRow([&](const VersionRange& row) -> Status {
      DIOTIMA_ASSIGN(const RowKey key, Parse(row));
      newest = std::max(newest, CommitTimeOf(key.time, row.value()));
      return Status::Ok();
    }));
    return newest;
  }

  Status RemoveVersion() {
    const uint64_t before = purged_.rows;
    DIOTIMA_TRY(ForEachRow([&](const VersionRange& row) -> Status {
      DIOTIMA_TRY(progress_.Add());
      return Count(row);
    }));
    if (options_.dry_run || purged_.rows == before) return Status::Ok();
    // The version cannot be read as of any time before this commit.
    horizon_ = set_.TakeTime(core_->committer->last_time());
    return set_.RemoveRange(RangeOf(Version()), purged_.rows - before);
  }

  Status RemoveHistory(const Limits& limits) {
    history_.Reset();
    DIOTIMA_TRY(ForEachRow([&](const VersionRange& row) -> Status {
      DIOTIMA_TRY(progress_.Add());
      DIOTIMA_ASSIGN(const bool purged, IsPurged(limits, row));
      if (!purged) return remover_.EndRun();
      DIOTIMA_TRY(Count(row));
      return options_.dry_run ? Status::Ok() : remover_.Remove(row.key());
    }));
    return remover_.EndRun();
  }

  // Whether a row is purged. Rows come in the order of keys.
  Result<bool> IsPurged(const Limits& limits, const VersionRange& row) {
    DIOTIMA_ASSIGN(const RowKey key, Parse(row));
    const int64_t commit_time = CommitTimeOf(key.time, row.value());
    if (history_.Next(key, commit_time)) {
      DIOTIMA_ASSIGN(whole_sample_, IsSamplePurged(limits, commit_time, row));
    }
    const bool purged =
        whole_sample_ || (limits.history() && history_.Expired(limits.keep, limits.cutoff));
    if (purged) {
      horizon_ = std::max(horizon_, history_.superseded() ? history_.superseded_at() : commit_time);
    }
    return purged;
  }

  Result<bool> IsSamplePurged(const Limits& limits, int64_t commit_time, const VersionRange& row) {
    if (!limits.deleted || (limits.cutoff && commit_time > *limits.cutoff)) return false;
    if (!row_.Load(&row.layout(), row.key(), row.value())) return Damaged(row);
    return row_.deleted();
  }

  Result<RowKey> Parse(const VersionRange& row) const {
    RowKey key;
    if (ParseRowKey(row.key(), &key)) return key;
    return Damaged(row);
  }
  Status Damaged(const VersionRange& row) const {
    return Status::Corruption("feature '" + entry_->key + "' has a damaged row (" +
                              DescribeSample(row.layout(), row.Sample()) +
                              "): see `diotima verify`");
  }

  const StoreCore* const core_;
  const PurgeOptions& options_;
  const int64_t now_;
  const StoreView view_;
  CatalogDraft draft_;
  WriteSet set_;
  RemovalRuns remover_;
  PurgeResult result_;
  RowProgress progress_;
  // Of the feature and the version at hand.
  std::shared_ptr<const FeatureEntry> entry_;
  const VersionEntry* version_ = nullptr;
  PurgedFeature purged_;
  int64_t horizon_ = 0;
  SampleHistory history_;
  bool whole_sample_ = false;  // all rows of the sample at hand are purged
  StoredRow row_;
};

Status Check(const PurgeOptions& options) {
  const bool any = options.keep || options.older_than || options.deleted || options.old_versions ||
                   !options.feature_versions.empty();
  if (any && options.by_retention) {
    return Status::InvalidArgument("a purge by retention takes no other limits");
  }
  if (!any && !options.by_retention) {
    return Status::InvalidArgument("nothing to purge: say which history");
  }
  if (options.keep && *options.keep == 0) {
    return Status::InvalidArgument("keep must be 1 or more: the latest row is never purged");
  }
  if (options.older_than && options.older_than->count() < 0) {
    return Status::InvalidArgument("older_than must not be negative");
  }
  return Status::Ok();
}

}  // namespace

Result<PurgeResult> Purge(const StoreCore* core, const PurgeOptions& options) {
  DIOTIMA_TRY(Check(options));
  return InTurn(core, options.dry_run,
                [&](Committer::Turn* turn) { return Purger(core, options).Run(turn); });
}

}  // namespace diotima
