#include <diotima/status_macros.h>
#include <diotima/value.h>

#include <filesystem>
#include <set>

#include "codec/row/encoder.h"
#include "kv/catalog/draft.h"
#include "kv/commit/committer.h"
#include "kv/commit/write_set.h"
#include "kv/rewrite/rewrite.h"
#include "kv/scan/filtered_scan.h"

namespace diotima {
namespace {

class Copier {
 public:
  Copier(const StoreCore* to, const StoreCore* from, const CopyOptions& options)
      : to_(to),
        from_(from),
        options_(options),
        finder_(from),
        catalog_(to->catalog->state()),
        set_(to) {}

  Result<CopyResult> Run() {
    std::set<std::string> done;
    for (const auto& feature : options_.features) {
      if (!done.insert(feature).second) continue;
      const uint64_t before = set_.rows();
      if (finder_.Find(feature, /*allow_fallback=*/false).core != nullptr) {
        DIOTIMA_TRY(CopyFeature(feature));
      }
      if (set_.rows() > before) result_.features.emplace_back(feature, set_.rows() - before);
    }
    result_.rows = set_.rows();
    Committer::Turn turn(to_->committer.get());
    // Commits from here on are later than all that was copied.
    set_.CommitAfter(from_->committer->last_time());
    if (!catalog_.changed() && set_.empty()) return result_;
    DIOTIMA_ASSIGN(const int64_t time, turn.Apply(&set_, &catalog_));
    result_.commit_time = FromMicros(time);
    return result_;
  }

 private:
  // Rows of one version of the source, and where they go.
  struct VersionCopy {
    const RowLayout* from = nullptr;
    VersionId version;
    std::shared_ptr<const RowLayout> layout;
    std::unique_ptr<RowEncoder> encoder;
    std::vector<size_t> columns;  // of each of `from`'s, the place in `layout`
  };

  Status CopyFeature(const std::string& feature) {
    ReadOptions read;
    if (auto it = options_.filters.find(feature); it != options_.filters.end()) {
      read.filters = it->second;
    }
    read.filters.insert(read.filters.end(), options_.global_filters.begin(),
                        options_.global_filters.end());
    read.with_feature_history = options_.with_feature_history;
    read.with_sample_history = read.include_soft_deleted = options_.with_sample_history;
    read.allow_fallback = false;
    DIOTIMA_ASSIGN(auto scan, OpenScan(&finder_, from_->graph(), feature, read,
                                       /*stop_at_damage=*/true));
    scan->Count(&progress_);
    versions_.clear();
    for (; scan->Valid(); scan->Next()) DIOTIMA_TRY(CopyRow(feature, scan->row()));
    return scan->status();
  }

  Status CopyRow(const std::string& feature, const StoredRow& row) {
    VersionCopy& version = versions_[&row.layout()];
    if (version.from == nullptr) DIOTIMA_TRY(OpenVersion(feature, row.layout(), &version));
    CompleteRow copy = ToCompleteRow(row);
    std::vector<Value> cells(version.layout->columns.size(), Value::Null());
    for (size_t i = 0; i < version.columns.size(); ++i) cells[version.columns[i]] = copy.cells[i];
    copy.cells = std::move(cells);
    copy.project = ProjectId(row);
    copy.committed_at = Value::Timestamp(kPendingTime);
    // The key of the sample may name its id columns in another order here.
    sample_.clear();
    version.encoder->AppendSample(copy, &sample_);
    DIOTIMA_ASSIGN(const std::string_view value, version.encoder->Encode(copy));
    return set_.Put(version.version, sample_, row.key().time, value, JournalAction::kWrite,
                    row.key().ordinal);
  }

  Status OpenVersion(const std::string& feature, const RowLayout& from, VersionCopy* version) {
    FeatureDraft* draft = catalog_.Feature(feature);
    version->from = &from;
    for (const auto& column : from.columns) {
      DIOTIMA_ASSIGN(const size_t place, draft->AddColumn(column.name, column.type));
      const Type& type = draft->entry().columns[place].type;
      if (RefineType(column.type, type) != type) {
        return Status::SchemaMismatch(
            "feature '" + feature + "': column '" + column.name + "' is " + type.ToString() +
            " here and " + column.type.ToString() + " in store '" + from_->engine->path() + "'");
      }
      version->columns.push_back(place);
    }
    std::vector<std::string> ids;
    for (size_t id : from.ids) ids.push_back(from.columns[id].name);
    DIOTIMA_ASSIGN(const VersionEntry* entry,
                   draft->AddVersion(from.feature_version, from.fields, ids));
    if (entry->id_columns != ids) DIOTIMA_TRY(CheckIdColumns(feature, *entry, ids));
    version->version = {draft->entry().id, entry->id};
    version->layout = catalog_.Layout(*draft, *entry);
    version->encoder = std::make_unique<RowEncoder>(version->layout.get());
    return Status::Ok();
  }

  uint32_t ProjectId(const StoredRow& row) {
    if (row.project() >= projects_.size()) projects_.resize(row.project() + 1);
    auto& id = projects_[row.project()];
    if (!id) {
      const Value name = row.Get(kProjectVersion);
      id = name.null() ? 0 : catalog_.Project(name.unchecked_text());
    }
    return *id;
  }

  const StoreCore* const to_;
  const StoreCore* const from_;
  const CopyOptions& options_;
  SourceFinder finder_;
  CatalogDraft catalog_;
  WriteSet set_;
  std::map<const RowLayout*, VersionCopy> versions_;
  std::vector<std::optional<uint32_t>> projects_;  // by the source's ids
  CopyResult result_;
  RowProgress progress_{options_.progress};
  std::string sample_;
};

// Also where the store is open twice: for reading and for writing.
bool SameStore(const StoreCore& a, const StoreCore& b) {
  std::error_code error;
  return &a == &b || std::filesystem::equivalent(a.engine->path(), b.engine->path(), error);
}

}  // namespace

Result<CopyResult> CopyFrom(const StoreCore* to, const StoreCore* from,
                            const CopyOptions& options) {
  DIOTIMA_TRY(to->CheckWritable());
  if (SameStore(*to, *from)) return Status::InvalidArgument("a store cannot be copied to itself");
  if (!(to->hasher == from->hasher)) {
    return Status::InvalidArgument("store '" + from->engine->path() +
                                   "' has other hash settings than '" + to->engine->path() +
                                   "': its hashes would not compare");
  }
  return Copier(to, from, options).Run();
}

}  // namespace diotima
