// The merge join over rows in memory.
#include "graph/increment/increment.h"

#include <gtest/gtest.h>

#include "codec/base/test_status.h"
#include "codec/row/encoder.h"
#include "codec/row/stored_row.h"

namespace diotima {
namespace {

// Rows of one participant: the column `id` (a plain column, so that it may be null) and a hash.
struct Rows {
  explicit Rows(const std::string& value_column) {
    layout = std::make_shared<RowLayout>();
    layout->columns = {{16, "ordinal", Type(Kind::kInt64)},
                       {17, "id", Type(Kind::kString)},
                       {18, value_column, Type(Kind::kInt64)}};
    layout->ids = {0};
    layout->fields = {"default"};
    layout->projects = std::make_shared<std::vector<std::string>>(1);
    layout->MakeSchema();
  }

  // `id` empty: null. `hash` empty: null.
  Rows& Add(const std::string& id, const std::string& hash) {
    const auto ordinal = static_cast<int64_t>(records.size());
    CompleteRow row;
    row.cells = {Value::Int64(ordinal), id.empty() ? Value::Null() : Value::String(id),
                 Value::Int64(ordinal)};
    const Value entries[] = {Value::String("default"), Value::String(hash)};
    if (!hash.empty()) {
      row.provenance_by_field = Value::Map(entries, 1);
      row.provenance = Value::String(hash);
    }
    Record record;
    AppendTupleValue(row.cells[1], &record.join_key);
    AppendRowKeyPrefix({1, 1}, &record.key);
    RowEncoder encoder(layout.get());
    encoder.AppendSample(row, &record.key);
    AppendRowKeySuffix(1, 0, &record.key);
    record.value = *encoder.Encode(row);
    records.push_back(std::move(record));
    return *this;
  }

  struct Record {
    std::string join_key, key, value;
  };
  std::shared_ptr<RowLayout> layout;
  std::vector<Record> records;
};

class VectorInput : public JoinInput {
 public:
  VectorInput(const Rows& rows, bool unique, Status end = {})
      : rows_(rows), unique_(unique), end_(std::move(end)) {
    Load();
  }
  bool Valid() const override { return next_ < rows_.records.size(); }
  void Next() override {
    ++next_;
    Load();
  }
  const Status& status() const override {
    static const Status kOk;
    return Valid() ? kOk : end_;
  }
  const HashedRow& row() const override { return row_; }
  std::string_view join_key() const override { return rows_.records[next_].join_key; }
  bool join_key_has_null() const override { return row_.Get(1).null(); }
  bool unique() const override { return unique_; }

 private:
  void Load() {
    if (!Valid()) return;
    const auto& record = rows_.records[next_];
    ASSERT_TRUE(row_.Load(rows_.layout.get(), record.key, record.value));
  }

  const Rows rows_;
  const bool unique_;
  const Status end_;
  size_t next_ = 0;
  StoredRow row_;
};

class IncrementTest : public testing::Test {
 protected:
  // `down` depends on `a` and `b`.
  void Define(bool a_optional, bool b_optional) {
    FeatureSpec a, b, down;
    a.key = "a";
    b.key = "b";
    down.key = "down";
    a.id_columns = b.id_columns = down.id_columns = {"id"};
    a.fields = b.fields = down.fields = {FieldSpec()};
    down.deps = {{"a"}, {"b"}};
    down.deps[0].optional = a_optional;
    down.deps[1].optional = b_optional;
    graph_ = *Graph::FromSpecs({a, b, down});
  }

  // "new id=x a=0 b=1; …", in order.
  std::string Run(const Rows& a, const Rows& b, const Rows& current, bool unique,
                  IncrementOptions options = {}, Status current_end = {}) {
    const FeatureSpec& spec = *graph_.Find("down");
    IncrementPlan plan;
    plan.join_columns = {"id"};
    plan.deps.resize(2);
    plan.deps[0].dep = &spec.deps[0];
    plan.deps[1].dep = &spec.deps[1];
    plan.output = {{{"id", Type(Kind::kString)}, {{0, 1}, {1, 1}}},
                   {{"a", Type(Kind::kInt64)}, {{0, 2}}},
                   {{"b", Type(Kind::kInt64)}, {{1, 2}}}};
    std::vector<std::unique_ptr<JoinInput>> deps;
    deps.push_back(std::make_unique<VectorInput>(a, unique));
    deps.push_back(std::make_unique<VectorInput>(b, unique));
    IncrementCursor cursor(
        std::move(plan), std::make_unique<ProvenanceHasher>(graph_, spec, Hasher()),
        std::move(deps), std::make_unique<VectorInput>(current, unique, current_end), options);
    std::string out;
    for (; cursor.Valid(); cursor.Next()) {
      const char* kNames[] = {"new", "stale", "orphaned"};
      out += out.empty() ? "" : "; ";
      out += kNames[static_cast<int>(cursor.change())];
      for (const char* column : {"id", "a", "b", "c"}) {
        const Value value = cursor.row().Get(column);
        if (value.null()) continue;
        out += std::string(" ") + column + "=";
        out += value.kind() == Kind::kString ? std::string(value.unchecked_text())
                                             : std::to_string(value.unchecked_int64());
      }
    }
    status_ = cursor.status();
    counts_ = cursor.counts();
    return out;
  }

  std::string Expected(const std::string& a, const std::string& b) const {
    const Hasher hasher;
    return hasher.Hash(hasher.Hash("default|" + std::string(kInitialCodeVersion) + "|a.default|" +
                                   a + "|b.default|" + b));
  }

  Graph graph_;
  Status status_;
  IncrementCounts counts_;
};

TEST_F(IncrementTest, NewStaleOrphanedAndUnchanged) {
  Define(false, false);
  const Rows a = Rows("a").Add("1", "10").Add("2", "20").Add("3", "30").Add("5", "50");
  const Rows b = Rows("b").Add("1", "11").Add("2", "21").Add("3", "31").Add("4", "41");
  const Rows current =
      Rows("c").Add("0", "1").Add("1", Expected("10", "11")).Add("2", "old").Add("9", "1");
  for (const bool unique : {true, false}) {
    EXPECT_EQ(Run(a, b, current, unique),
              "orphaned id=0 c=0; stale id=2 a=1 b=1; new id=3 a=2 b=2; orphaned id=9 c=3");
    EXPECT_OK(status_);
    EXPECT_EQ(counts_.keys, 3u);
    EXPECT_EQ(counts_.new_keys, 1u);
  }
}

TEST_F(IncrementTest, GroupsAreMultiplied) {
  Define(false, false);
  const Rows a = Rows("a").Add("1", "10").Add("1", "11");
  const Rows b = Rows("b").Add("1", "20").Add("1", "21").Add("1", "22");
  EXPECT_EQ(Run(a, b, Rows("c"), false),
            "new id=1 a=0 b=0; new id=1 a=1 b=0; new id=1 a=0 b=1; new id=1 a=1 b=1; "
            "new id=1 a=0 b=2; new id=1 a=1 b=2");
  EXPECT_EQ(counts_.keys, 1u);
}

TEST_F(IncrementTest, AnyOfSeveralCurrentRowsMakesItStale) {
  Define(false, false);
  const Rows a = Rows("a").Add("1", "10"), b = Rows("b").Add("1", "11");
  const std::string same = Expected("10", "11");
  EXPECT_EQ(Run(a, b, Rows("c").Add("1", same).Add("1", same), false), "");
  EXPECT_EQ(Run(a, b, Rows("c").Add("1", same).Add("1", "old"), false), "stale id=1 a=0 b=0");
  EXPECT_EQ(Run(a, b, Rows("c").Add("1", same).Add("1", ""), false), "stale id=1 a=0 b=0");
}

TEST_F(IncrementTest, NullKeysMatchNothing) {
  Define(false, true);
  const Rows a = Rows("a").Add("", "10").Add("1", "11"), b = Rows("b").Add("", "20").Add("1", "21");
  const Rows current = Rows("c").Add("", "x");
  EXPECT_EQ(Run(a, b, current, false), "new a=0; orphaned c=0; new id=1 a=1 b=1");
  Define(false, false);
  EXPECT_EQ(Run(a, b, current, false), "orphaned c=0; new id=1 a=1 b=1");
  Define(true, true);
  EXPECT_EQ(Run(a, b, current, false), "new a=0; new b=0; orphaned c=0; new id=1 a=1 b=1");
}

TEST_F(IncrementTest, UnknownHashesDifferFromNothing) {
  Define(false, false);
  const Rows a = Rows("a").Add("1", "").Add("2", ""), b = Rows("b").Add("1", "1").Add("2", "2");
  EXPECT_EQ(Run(a, b, Rows("c").Add("1", "x"), true), "new id=2 a=1 b=1");
}

TEST_F(IncrementTest, OptionalDeps) {
  Define(true, true);
  const Rows a = Rows("a").Add("1", "10").Add("2", "20"),
             b = Rows("b").Add("2", "21").Add("3", "31");
  const Rows current = Rows("c").Add("1", Expected("10", "")).Add("3", Expected("x", "31"));
  EXPECT_EQ(Run(a, b, current, true), "new id=2 a=1 b=0; stale id=3 b=1");
}

TEST_F(IncrementTest, OrphanedKeysComeOnce) {
  Define(false, false);
  const Rows current = Rows("c").Add("1", "x").Add("1", "y").Add("2", "z");
  IncrementOptions options;
  options.orphaned_keys_only = true;
  EXPECT_EQ(Run(Rows("a"), Rows("b"), current, false, options), "orphaned id=1; orphaned id=2");
}

TEST_F(IncrementTest, WithoutComparisonAllAreNew) {
  Define(false, false);
  const Rows a = Rows("a").Add("1", "10"), b = Rows("b").Add("1", "11");
  IncrementOptions options;
  options.skip_comparison = true;
  EXPECT_EQ(Run(a, b, Rows("c").Add("0", "x").Add("1", "y"), true, options), "new id=1 a=0 b=0");
  EXPECT_EQ(counts_.new_keys, 1u);
}

TEST_F(IncrementTest, DamageEndsItAtOnce) {
  Define(false, false);
  const Rows a = Rows("a").Add("1", "10").Add("2", "20"), b = Rows("b").Add("1", "1").Add("2", "2");
  Run(a, b, Rows("c"), true, {}, Status::Corruption("a damaged row"));
  EXPECT_EQ(status_.code(), StatusCode::kCorruption);
  EXPECT_EQ(counts_.new_samples, 0u) << "what is new cannot be known";
}

}  // namespace
}  // namespace diotima
