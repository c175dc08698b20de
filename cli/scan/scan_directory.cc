#include "cli/scan/scan_directory.h"

#include <diotima/status_macros.h>
#include <diotima/text.h>

#include <algorithm>

#include "cli/scan/path_pattern.h"
#include "codec/base/utf8.h"

namespace diotima::cli {
namespace {

constexpr size_t kChunkFiles = 128;

enum ScanColumn : size_t { kPath, kSize, kMode, kModifiedAt, kHashes };

}  // namespace

class DirectoryReader::KnownFiles {
 public:
  KnownFiles(Cursor cursor, const std::vector<ScanField>& fields) : cursor_(std::move(cursor)) {
    for (const auto& field : fields) {
      if (field.source == ScanSource::kContent) field_ = field.name;
    }
  }

  // Paths must ascend.
  std::optional<KnownFile> Find(std::string_view path) {
    while (cursor_.Valid() && PathOf(cursor_.row()) < path) cursor_.Next();
    if (!cursor_.Valid() || PathOf(cursor_.row()) != path || field_.empty()) return std::nullopt;
    const Row& row = cursor_.row();
    const Value size = row.Get("size");
    const auto time = MicrosOf(row.Get("modified_at"));
    const Value hashes = row.Get(kProvenanceByField);
    if (size.kind() != Kind::kInt64 || !time) return std::nullopt;
    if (hashes.kind() != Kind::kMap) return std::nullopt;
    const Value content = hashes.Find(field_);
    if (content.kind() != Kind::kString) return std::nullopt;
    return KnownFile{size.unchecked_int64(), *time, std::string(content.unchecked_text())};
  }

 private:
  // A column that nobody declared holds the text that a scan printed.
  static std::optional<int64_t> MicrosOf(const Value& time) {
    if (time.kind() == Kind::kTimestamp) return time.unchecked_timestamp();
    if (time.kind() != Kind::kString) return std::nullopt;
    const auto parsed = ParseTimestamp(time.unchecked_text());
    return parsed.ok() ? std::optional(ToMicros(*parsed)) : std::nullopt;
  }

  static std::string_view PathOf(const Row& row) {
    const Value path = row.Get("path");
    return path.kind() == Kind::kString ? path.unchecked_text() : std::string_view();
  }

  Cursor cursor_;
  std::string field_;
};

const Schema& DirectoryReader::Columns() {
  static const Schema schema({{"path", Type(Kind::kString)},
                              {"size", Type(Kind::kInt64)},
                              {"mode", Type(Kind::kInt64)},
                              {"modified_at", Type(Kind::kTimestamp)},
                              GetSystemColumn(SystemColumn::kProvenanceByField)});
  return schema;
}

DirectoryReader::DirectoryReader(ScanOptions options)
    : options_(std::move(options)),
      walk_(options_.directory, options_.follow_links),
      pool_(options_.directory, options_.threads) {
  if (options_.known) {
    known_ = std::make_shared<KnownFiles>(std::move(*options_.known), options_.fields);
  }
}

Result<std::unique_ptr<DirectoryReader>> DirectoryReader::Open(ScanOptions options) {
  std::unique_ptr<DirectoryReader> reader(new DirectoryReader(std::move(options)));
  DIOTIMA_TRY(reader->walk_.Start());
  return reader;
}

bool DirectoryReader::IsWanted(const std::string& path) const {
  const auto& patterns = options_.patterns;
  return patterns.empty() || std::any_of(patterns.begin(), patterns.end(),
                                         [&](const auto& p) { return MatchesPattern(path, p); });
}

void DirectoryReader::FillPool() {
  std::string path;
  while (!walked_ && pool_.size() < pool_.capacity()) {
    DigestPool::Chunk chunk;
    while (chunk.size() < kChunkFiles && !(walked_ = !walk_.Next(&path))) {
      if (!IsWanted(path)) continue;
      if (FindInvalidUtf8(path)) {
        problems_.push_back("'" + options_.directory + "/" + path + "': its name is not UTF-8");
        continue;
      }
      chunk.emplace_back();
      chunk.back().path = path;
      if (known_) chunk.back().known = known_->Find(path);
    }
    if (!chunk.empty()) pool_.Put(std::move(chunk));
  }
}

void DirectoryReader::AddRow(const FileDigest& file, RowBatch* batch) const {
  batch->AddRow();
  batch->Set(kPath, Value::String(file.path));
  batch->Set(kSize, Value::Int64(file.size));
  batch->Set(kMode, Value::Int64(file.mode));
  batch->Set(kModifiedAt, Value::Timestamp(file.modified_at));
  std::vector<std::string> hashes;
  std::vector<TextEntry> entries;
  hashes.reserve(options_.fields.size());
  for (const ScanField& field : options_.fields) {
    const bool content = field.source == ScanSource::kContent;
    hashes.push_back(content ? file.content : AttributesHash(file));
    entries.emplace_back(field.name, hashes.back());
  }
  batch->SetMap(kHashes, entries);
}

Result<bool> DirectoryReader::Read(RowBatch* batch) {
  batch->Clear();
  for (const auto& column : Columns().columns()) batch->AddColumn(column.name);
  while (batch->empty()) {
    FillPool();
    if (pool_.size() == 0) return false;
    for (const FileDigest& file : pool_.Take()) {
      if (!file.problem.empty()) {
        problems_.push_back("'" + options_.directory + "/" + file.path + "': " + file.problem);
      } else if (!file.gone) {
        AddRow(file, batch);
      }
    }
  }
  return true;
}

std::vector<std::string> DirectoryReader::problems() const {
  std::vector<std::string> all = problems_;
  all.insert(all.end(), walk_.problems().begin(), walk_.problems().end());
  return all;
}

}  // namespace diotima::cli
