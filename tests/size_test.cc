// Aggregation and expansion at size: groups of 1 to 1,000 rows, taken in key order and sorted with
// spill to disk, against an expectation that is made here. DIOTIMA_SIZE_ROWS says how many rows.
#include <diotima/store.h>
#include <gtest/gtest.h>
#include <sys/resource.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <map>

#include "codec/base/test_status.h"

namespace diotima {
namespace {

constexpr int8_t kGone = -1;
// The program itself, RocksDB's own structures and the expectation.
constexpr size_t kFixedMemory = size_t{64} << 20;

uint64_t WantedRows() {
  const char* text = std::getenv("DIOTIMA_SIZE_ROWS");
  return text != nullptr ? std::strtoull(text, nullptr, 10) : 20'000;
}

// A number that looks random and is that of `n` alone (splitmix64).
uint64_t Mix(uint64_t n) {
  n += 0x9e3779b97f4a7c15;
  n = (n ^ (n >> 30)) * 0xbf58476d1ce4e5b9;
  n = (n ^ (n >> 27)) * 0x94d049bb133111eb;
  return n ^ (n >> 31);
}

// Rows that share their first two id columns, and what is known of each.
struct Group {
  uint64_t number = 0;
  int8_t parent = kGone;        // generation, or kGone
  std::vector<int8_t> members;  // likewise
  std::string computed;         // provenance of the row that was made of it; empty: none
  uint64_t seen = 0;            // rows in the answer at hand

  // Most are small; one in eight has up to 1,000 members.
  uint64_t Size() const {
    const uint64_t random = Mix(number);
    return 1 + random / 8 % (random % 8 == 0 ? 1000 : 20);
  }
  int64_t Shard() const { return static_cast<int64_t>(Mix(number + 77) % 20); }
  int64_t Lot(size_t member) const { return static_cast<int64_t>(Mix(Id(member)) % 20); }
  uint64_t Id(size_t member) const { return number * 10'000 + member; }
};

using Key = std::pair<std::string, int64_t>;
using Groups = std::map<Key, Group>;

Key KeyOf(uint64_t number) {
  return {"part-" + std::to_string(number / 7), static_cast<int64_t>(number % 7) - 3};
}
int64_t MemberId(size_t member) { return static_cast<int64_t>(member) - 3; }

// Those members of all groups that are wanted, in order of group.
class MemberRows : public RowReader {
 public:
  using Wanted = std::function<bool(const Group&, size_t)>;
  using Add = std::function<void(RowBatch*, const Key&, const Group&, size_t)>;
  MemberRows(const Groups& groups, Wanted wanted, Add add)
      : it_(groups.begin()), end_(groups.end()), wanted_(std::move(wanted)), add_(std::move(add)) {}

  Result<bool> Read(RowBatch* batch) override {
    constexpr size_t kBatchRows = 4096;
    batch->Clear();
    for (; it_ != end_ && batch->rows() < kBatchRows; Step()) {
      const auto& [key, group] = *it_;
      if (member_ < group.members.size() && wanted_(group, member_)) {
        add_(batch, key, group, member_);
      }
    }
    return !batch->empty();
  }

 private:
  void Step() {
    if (++member_ < it_->second.members.size()) return;
    member_ = 0;
    ++it_;
  }

  Groups::const_iterator it_, end_;
  size_t member_ = 0;
  const Wanted wanted_;
  const Add add_;
};

// What the answer must have of a group.
struct Expected {
  std::optional<Change> change;
  uint64_t rows = 0;
  std::string provenance;  // of new and stale rows
};

// Parameter: whether the join columns come last in the key, so that rows must be sorted.
class SizeTest : public testing::TestWithParam<bool> {
 protected:
  SizeTest() {
    std::string pattern = (std::filesystem::temp_directory_path() / "diotima-size-XXXXXX").string();
    directory_ = mkdtemp(pattern.data());
    options_.memory_budget = std::max<size_t>(1 << 20, WantedRows() * 16);
    options_.tuning.block_cache_size = size_t{8} << 20;
    options_.tuning.write_buffer_size = size_t{16} << 20;
    for (uint64_t rows = 0; rows < WantedRows();) rows += AddGroup();
  }
  ~SizeTest() override {
    store_.reset();
    std::filesystem::remove_all(directory_);
  }

  // The feature that is resolved, and what must come of a group.
  virtual std::string Target() const = 0;
  virtual Expected ExpectedOf(const Group& group) const = 0;
  // Whether the group is among the expected rows.
  virtual bool HasInput(const Group& group) const = 0;

  std::vector<std::string> MemberKey(const std::string& member) const {
    if (GetParam()) return {member, "part", "number"};
    return {"part", "number", member};
  }

  uint64_t AddGroup() {
    const uint64_t number = groups_.size();
    Group& group = groups_[KeyOf(number)];
    group.number = number;
    group.parent = 0;
    group.members.assign(group.Size(), 0);
    return group.members.size();
  }

  void Open(std::vector<FeatureSpec> specs) {
    auto graph = Graph::FromSpecs(std::move(specs));
    ASSERT_OK(graph);
    options_.graph = *std::move(graph);
    auto store = Store::Open(directory_ + "/store", options_);
    ASSERT_OK(store);
    store_ = *std::move(store);
  }

  static void SetKey(RowBatch* batch, const Key& key, const Group& group) {
    batch->AddRow();
    batch->Set("part", Value::String(key.first));
    batch->Set("number", Value::Int64(key.second));
    batch->Set("shard", Value::Int64(group.Shard()));
  }

  void Write(const std::string& feature, RowReader& rows) {
    auto result = store_->Write(feature, rows);
    ASSERT_OK(result);
  }

  void Delete(const std::string& feature, bool soft, const std::string& filter) {
    DeleteOptions options;
    options.mode = soft ? DeleteMode::kSoft : DeleteMode::kHard;
    options.filters = {filter};
    auto result = store_->Delete(feature, options);
    ASSERT_OK(result);
    EXPECT_GT(result->rows, 0) << filter;
  }

  void CheckPlan() {
    auto plan = store_->ExplainUpdate(Target());
    ASSERT_OK(plan);
    EXPECT_EQ(plan->find("sorted by") != std::string::npos, GetParam()) << *plan;
  }

  // Resolves, and compares all of the answer with what is expected of each group.
  void Check(const char* state) {
    const auto start = std::chrono::steady_clock::now();
    UpdateCounts counts;
    Compare(&counts);
    if (HasFatalFailure()) return;
    const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - start;
    std::printf("%s, %s, %s: %llu new, %llu stale, %llu orphaned in %.2f s\n", Target().c_str(),
                GetParam() ? "sorted" : "streamed", state,
                static_cast<unsigned long long>(counts.new_samples),
                static_cast<unsigned long long>(counts.stale_samples),
                static_cast<unsigned long long>(counts.orphaned_samples), seconds.count());
  }

  // Of all that was done so far, writes included.
  void CheckMemory() const {
    rusage usage{};
    getrusage(RUSAGE_SELF, &usage);
    const size_t peak = static_cast<size_t>(usage.ru_maxrss) * 1024;
    // One write buffer is flushed while the next is filled.
    const size_t limit = options_.memory_budget + options_.tuning.block_cache_size +
                         2 * options_.tuning.write_buffer_size + kFixedMemory;
    std::printf("peak memory: %zu MiB; memory budget %zu, block cache %zu, write buffer %zu MiB\n",
                peak >> 20, options_.memory_budget >> 20, options_.tuning.block_cache_size >> 20,
                options_.tuning.write_buffer_size >> 20);
#ifdef DIOTIMA_MEASURE_MEMORY
    EXPECT_LT(peak, limit);
#else
    static_cast<void>(limit);
#endif
  }

  void Compare(UpdateCounts* counts) {
    for (auto& [key, group] : groups_) group.seen = 0;
    auto update = store_->ResolveUpdate(Target());
    ASSERT_OK(update);
    Key last;
    Expected expected;
    for (; update->Valid(); update->Next()) {
      const Row& row = update->row();
      const Key key{std::string(row.Get("part").unchecked_text()),
                    row.Get("number").unchecked_int64()};
      const auto it = groups_.find(key);
      ASSERT_NE(it, groups_.end()) << key.first << " " << key.second;
      // Computed once: the rows of a group come together.
      if (it->second.seen++ == 0) expected = ExpectedOf(it->second);
      ASSERT_TRUE(it->second.seen == 1 || key == last) << key.first << " " << key.second;
      last = key;
      ASSERT_EQ(expected.change, update->change()) << key.first << " " << key.second;
      if (update->change() == Change::kOrphaned) continue;
      ASSERT_EQ(row.Get(kProvenance).unchecked_text(), expected.provenance)
          << key.first << " " << key.second;
    }
    ASSERT_OK(update->status());
    *counts = update->counts();
    CompareCounts(*counts);
  }

  void CompareCounts(const UpdateCounts& counts) {
    UpdateCounts all;
    uint64_t inputs = 0, new_inputs = 0;
    for (const auto& [key, group] : groups_) {
      const Expected expected = ExpectedOf(group);
      ASSERT_EQ(group.seen, expected.rows) << key.first << " " << key.second;
      inputs += HasInput(group) ? 1 : 0;
      new_inputs += expected.change == Change::kNew ? 1 : 0;
      all.rows += expected.rows;
      if (expected.rows == 0) continue;
      if (expected.change == Change::kNew) ++all.new_samples;
      if (expected.change == Change::kStale) ++all.stale_samples;
      if (expected.change == Change::kOrphaned) ++all.orphaned_samples;
    }
    EXPECT_EQ(counts.new_samples, all.new_samples);
    EXPECT_EQ(counts.stale_samples, all.stale_samples);
    EXPECT_EQ(counts.orphaned_samples, all.orphaned_samples);
    EXPECT_EQ(counts.rows, all.rows);
    ASSERT_TRUE(counts.progress.has_value());
    EXPECT_DOUBLE_EQ(*counts.progress, 100.0 * static_cast<double>(inputs - new_inputs) /
                                           static_cast<double>(inputs));
  }

  std::string directory_;
  StoreOptions options_;
  std::unique_ptr<Store> store_;
  Groups groups_;
};

// ---- Aggregation: "clips" are members, a group makes one row of "videos".

class AggregationTest : public SizeTest {
 protected:
  void SetUp() override {
    FeatureSpec clips;
    clips.key = "clips";
    clips.id_columns = MemberKey("clip");
    clips.fields = {{"audio", "1"}, {"frames", "1"}};
    FeatureSpec videos;
    videos.key = "videos";
    videos.id_columns = {"part", "number"};
    FieldSpec sound{"sound", "7"};
    sound.deps = {{"clips", /*all_fields=*/false, {"audio"}}};
    videos.fields = {{"summary", "2"}, sound};
    FeatureDep dep{"clips"};
    dep.select = std::vector<std::string>();
    dep.lineage.kind = LineageKind::kAggregation;
    dep.lineage.on = {{"part", "number"}};
    videos.deps = {dep};
    Open({clips, videos});
  }

  std::string Target() const override { return "videos"; }

  static bool HasFrames(size_t member) { return member == 0 || member % 50 != 7; }
  static std::string Hash(const Group& group, size_t member, const std::string& field) {
    return field + std::to_string(Mix(group.Id(member)) >> 20) +
           std::to_string(static_cast<int>(group.members[member]));
  }

  // docs/semantics.md: the members' data versions in order of id, those without one left out.
  std::string GroupHash(const Group& group, const std::string& field) const {
    std::string joined;
    for (size_t i = 0; i < group.members.size(); ++i) {
      if (group.members[i] == kGone || (field == "frames" && !HasFrames(i))) continue;
      joined += (joined.empty() ? "" : "|") + Hash(group, i, field);
    }
    return store_->hasher().Hash(joined);
  }

  std::string Provenance(const Group& group) const {
    const Hasher& hasher = store_->hasher();
    const std::string audio = GroupHash(group, "audio");
    const std::string sound = hasher.Hash("sound|7|clips.audio|" + audio);
    const std::string summary = hasher.Hash("summary|2|clips.audio|" + audio + "|clips.frames|" +
                                            GroupHash(group, "frames"));
    return hasher.Hash(sound + "|" + summary);
  }

  static uint64_t Live(const Group& group) {
    return group.members.size() -
           static_cast<uint64_t>(std::count(group.members.begin(), group.members.end(), kGone));
  }
  bool HasInput(const Group& group) const override { return Live(group) > 0; }

  Expected ExpectedOf(const Group& group) const override {
    const uint64_t live = Live(group);
    if (live == 0) return group.computed.empty() ? Expected() : Expected{Change::kOrphaned, 1, ""};
    std::string provenance = Provenance(group);
    if (group.computed.empty()) return {Change::kNew, live, std::move(provenance)};
    if (group.computed != provenance) return {Change::kStale, live, std::move(provenance)};
    return {};
  }

  void WriteClips(const MemberRows::Wanted& wanted) {
    MemberRows rows(
        groups_, wanted, [](RowBatch* batch, const Key& key, const Group& group, size_t member) {
          SetKey(batch, key, group);
          batch->Set("clip", Value::Int64(MemberId(member)));
          batch->Set("lot", Value::Int64(group.Lot(member)));
          const std::string audio = Hash(group, member, "audio");
          const std::string frames = Hash(group, member, "frames");
          const Value entries[] = {Value::String("audio"), Value::String(audio),
                                   Value::String("frames"),
                                   HasFrames(member) ? Value::String(frames) : Value::Null()};
          batch->Set(kProvenanceByField, Value::Map(entries, 2));
        });
    Write("clips", rows);
  }

  // Writes one row for each group of which there are new or stale ones.
  class VideoRows : public RowReader {
   public:
    explicit VideoRows(UpdateCursor* update) : update_(update) {}
    Result<bool> Read(RowBatch* batch) override {
      batch->Clear();
      for (; update_->Valid() && batch->rows() < 1000; update_->Next()) {
        const Row& row = update_->row();
        Key key{std::string(row.Get("part").unchecked_text()), row.Get("number").unchecked_int64()};
        if (update_->change() == Change::kOrphaned || key == last_) continue;
        batch->AddRow();
        batch->Set("part", row.Get("part"));
        batch->Set("number", row.Get("number"));
        batch->Set(kProvenanceByField, row.Get(kProvenanceByField));
        last_ = std::move(key);
      }
      if (!update_->status().ok()) return update_->status();
      return !batch->empty();
    }

   private:
    UpdateCursor* const update_;
    Key last_;
  };

  void ComputeVideos() {
    auto update = store_->ResolveUpdate("videos");
    ASSERT_OK(update);
    VideoRows rows(&*update);
    Write("videos", rows);
    for (auto& [key, group] : groups_) {
      if (Live(group) > 0) group.computed = Provenance(group);
    }
  }

  // Other hashes for some members, more members in some groups, and more groups.
  void ChangeClips() {
    for (auto& [key, group] : groups_) {
      if (group.number % 5 == 0) {
        for (size_t i = 0; i < group.members.size(); i += 3) group.members[i] = 1;
      } else if (group.number % 5 == 1) {
        group.members.push_back(1);
      }
    }
    for (size_t more = groups_.size() / 50 + 1; more > 0; --more) {
      AddGroup();
      auto& members = groups_[KeyOf(groups_.size() - 1)].members;
      std::fill(members.begin(), members.end(), 1);
    }
    WriteClips([](const Group& group, size_t member) { return group.members[member] == 1; });
  }

  // Some members (never the first, which has all hashes) and whole groups.
  void DeleteClips() {
    Delete("clips", /*soft=*/true, "lot = 7 AND clip > -3");
    Delete("clips", /*soft=*/false, "lot = 9 AND clip > -3");
    Delete("clips", /*soft=*/true, "shard = 3");
    Delete("clips", /*soft=*/false, "shard = 4");
    for (auto& [key, group] : groups_) {
      const bool all = group.Shard() == 3 || group.Shard() == 4;
      for (size_t i = 0; i < group.members.size(); ++i) {
        const bool lot = group.Lot(i) == 7 || group.Lot(i) == 9;
        if (all || (lot && i > 0)) group.members[i] = kGone;
      }
    }
  }

  // Some of what was deleted is written again.
  void BringBack() {
    for (auto& [key, group] : groups_) {
      if (group.number % 3 != 0) continue;
      for (size_t i = 0; i < group.members.size(); ++i) {
        if (group.members[i] == kGone && i % 2 == 0) group.members[i] = 2;
      }
    }
    WriteClips([](const Group& group, size_t member) { return group.members[member] == 2; });
  }
};

TEST_P(AggregationTest, EveryGroupIsRight) {
  WriteClips([](const Group&, size_t) { return true; });
  Check("all new");
  ComputeVideos();
  CheckPlan();
  Check("nothing changed");
  ChangeClips();
  Check("changed");
  ComputeVideos();
  Check("computed again");
  DeleteClips();
  Check("deleted");
  BringBack();
  Check("brought back");
  CheckMemory();
}

INSTANTIATE_TEST_SUITE_P(Size, AggregationTest, testing::Bool(),
                         [](const auto& test) { return test.param ? "Sorted" : "Streamed"; });

// ---- Expansion: a row of "videos" has many children in "frames".

class ExpansionTest : public SizeTest {
 protected:
  void SetUp() override {
    FeatureSpec videos;
    videos.key = "videos";
    videos.id_columns = {"part", "number"};
    videos.fields = {{"video", "1"}};
    FeatureSpec frames;
    frames.key = "frames";
    frames.id_columns = MemberKey("frame");
    frames.fields = {{"pixels", "3"}};
    FeatureDep dep{"videos"};
    dep.select = std::vector<std::string>();
    dep.lineage.kind = LineageKind::kExpansion;
    dep.lineage.on = {{"part", "number"}};
    frames.deps = {dep};
    Open({videos, frames});
  }

  std::string Target() const override { return "frames"; }
  bool HasInput(const Group& group) const override { return group.parent != kGone; }

  static std::string Hash(const Group& group, int8_t generation) {
    return std::to_string(Mix(group.number)) + "-" + std::to_string(static_cast<int>(generation));
  }
  std::string Pixels(const Group& group, int8_t generation) const {
    return store_->hasher().Hash("pixels|3|videos.video|" + Hash(group, generation));
  }

  Expected ExpectedOf(const Group& group) const override {
    bool children = false, other = false;
    for (int8_t generation : group.members) {
      children = children || generation != kGone;
      other = other || (generation != kGone && generation != group.parent);
    }
    if (group.parent == kGone) return children ? Expected{Change::kOrphaned, 1, ""} : Expected();
    std::string provenance = store_->hasher().Hash(Pixels(group, group.parent));
    if (!children) return {Change::kNew, 1, std::move(provenance)};
    if (other) return {Change::kStale, 1, std::move(provenance)};
    return {};
  }

  void WriteVideos(int8_t generation) {
    MemberRows rows(
        groups_,
        [=](const Group& group, size_t member) {
          return member == 0 && group.parent == generation;
        },
        [](RowBatch* batch, const Key& key, const Group& group, size_t) {
          SetKey(batch, key, group);
          const std::string hash = Hash(group, group.parent);
          batch->SetMap(batch->AddColumn(kProvenanceByField), {{"video", hash}});
        });
    Write("videos", rows);
  }

  void WriteFrames(int8_t generation) {
    MemberRows rows(
        groups_,
        [=](const Group& group, size_t member) { return group.members[member] == generation; },
        [this](RowBatch* batch, const Key& key, const Group& group, size_t member) {
          SetKey(batch, key, group);
          batch->Set("frame", Value::Int64(MemberId(member)));
          batch->Set("lot", Value::Int64(group.Lot(member)));
          const std::string hash = Pixels(group, group.members[member]);
          batch->SetMap(batch->AddColumn(kProvenanceByField), {{"pixels", hash}});
        });
    Write("frames", rows);
  }

  void ChangeVideos() {
    for (auto& [key, group] : groups_) {
      if (group.number % 5 == 0) group.parent = 1;
    }
    for (size_t more = groups_.size() / 50 + 1; more > 0; --more) {
      AddGroup();
      Group& group = groups_[KeyOf(groups_.size() - 1)];
      group.parent = 1;
      std::fill(group.members.begin(), group.members.end(), kGone);
    }
    WriteVideos(1);
  }

  // All children of every other changed parent, half of those of the rest.
  void ComputeSomeFrames() {
    for (auto& [key, group] : groups_) {
      if (group.parent != 1 || group.members[0] == kGone) continue;
      const size_t stride = group.number % 10 == 0 ? 1 : 2;
      for (size_t i = 0; i < group.members.size(); i += stride) group.members[i] = 1;
    }
    WriteFrames(1);
  }

  void DeleteFrames() {
    Delete("frames", /*soft=*/true, "lot = 7 OR lot = 8");
    Delete("frames", /*soft=*/false, "lot = 9");
    for (auto& [key, group] : groups_) {
      for (size_t i = 0; i < group.members.size(); ++i) {
        if (group.Lot(i) >= 7 && group.Lot(i) <= 9) group.members[i] = kGone;
      }
    }
  }

  void DeleteVideos() {
    Delete("videos", /*soft=*/true, "shard = 3");
    Delete("videos", /*soft=*/false, "shard = 4");
    for (auto& [key, group] : groups_) {
      if (group.Shard() == 3 || group.Shard() == 4) group.parent = kGone;
    }
  }
};

TEST_P(ExpansionTest, EveryParentIsRight) {
  std::map<Key, std::vector<int8_t>> children;
  WriteVideos(0);
  for (auto& [key, group] : groups_) {
    children[key] = group.members;
    std::fill(group.members.begin(), group.members.end(), kGone);
  }
  Check("all new");
  for (auto& [key, group] : groups_) group.members = std::move(children[key]);
  WriteFrames(0);
  CheckPlan();
  Check("nothing changed");
  ChangeVideos();
  Check("changed");
  ComputeSomeFrames();
  Check("half computed");
  DeleteFrames();
  Check("children deleted");
  DeleteVideos();
  Check("parents deleted");
  CheckMemory();
}

INSTANTIATE_TEST_SUITE_P(Size, ExpansionTest, testing::Bool(),
                         [](const auto& test) { return test.param ? "Sorted" : "Streamed"; });

}  // namespace
}  // namespace diotima
