// Arrow streams into a store, and cursors as Arrow streams.
#include <diotima/arrow_export.h>
#include <diotima/arrow_import.h>
#include <diotima/text.h>

#include <cerrno>

#include "codec/base/batch_builder.h"
#include "kv/test_store.h"

namespace diotima {
namespace {

class ArrowStoreTest : public StoreTest {
 protected:
  ArrowStoreTest() { EXPECT_OK(Open()); }

  // The rows of a stream as lines of JSON, without nulls and system columns but those `with` names.
  static std::string Lines(ArrowArrayStream* stream, const std::string& with = "") {
    auto reader = ReadArrow(stream);
    EXPECT_OK(reader);
    std::string lines;
    RowBatch batch;
    for (;;) {
      auto more = (*reader)->Read(&batch);
      if (!more.ok()) return lines + more.status().ToString();
      if (!*more) return lines;
      for (size_t row = 0; row < batch.rows(); ++row) {
        for (size_t i = 0; i < batch.columns().size(); ++i) {
          const std::string& name = batch.columns()[i];
          if (batch.Get(row, i).null() || (FindSystemColumn(name) && name != with)) continue;
          lines += name + "=";
          AppendJson(batch.Get(row, i), &lines);
          lines += " ";
        }
        lines += "\n";
      }
    }
  }

  std::string Resolve(const std::string& feature, const ArrowOptions& options = {},
                      const ResolveOptions& resolve = {}) {
    auto update = store_->ResolveUpdate(feature, resolve);
    EXPECT_OK(update);
    ArrowArrayStream stream;
    const Status status = ExportArrow(*std::move(update), &stream, options);
    if (!status.ok()) {
      EXPECT_EQ(stream.release, nullptr);
      return status.ToString();
    }
    return Lines(&stream);
  }

  // Rows of `child` as if they were made from those of `root`.
  RowBatch Made(int first, int count, const std::string& hash) {
    RowBatch batch;
    for (int i = first; i < first + count; ++i) {
      batch.AddRow();
      batch.Set("id", Value::Int64(i));
      batch.Set("made", Value::Int64(100 + i));
      batch.SetMap(batch.AddColumn(kProvenanceByField), {{"content", hash}});
    }
    return batch;
  }
};

TEST_F(ArrowStoreTest, WhatIsReadIsWritten) {
  ASSERT_OK(store_->Write("root", Rows(0, 10)));
  ArrowArrayStream stream;
  ASSERT_OK(ExportArrow(*store_->Read("root"), &stream, {.chunk_rows = 3}));
  auto written = store_->Write("root", &stream);
  ASSERT_OK(written);
  EXPECT_EQ(written->rows, 10u);
  EXPECT_EQ(stream.release, nullptr);
  ReadOptions history;
  history.with_sample_history = true;
  EXPECT_EQ(Ids(*store_, history).size(), 20u);
  ReadOptions columns;
  columns.columns = {"text", "id", "metaxy_provenance_by_field"};
  columns.filters = {"id < 2"};
  ASSERT_OK(ExportArrow(*store_->Read("root", columns), &stream));
  EXPECT_EQ(Lines(&stream, "metaxy_provenance_by_field"),
            "text=\"t\" id=0 metaxy_provenance_by_field={\"content\":\"1\",\"size\":\"2\"} \n"
            "text=\"t\" id=1 metaxy_provenance_by_field={\"content\":\"1\",\"size\":\"2\"} \n");
}

TEST_F(ArrowStoreTest, NothingIsWrittenOfAStreamThatFails) {
  ArrowArrayStream stream{};
  ExpectError(store_->Write("root", &stream).status(), StatusCode::kInvalidArgument, "released");
  ASSERT_OK(store_->Write("root", Rows(0, 3)));
  ReadOptions read;
  read.columns = {"id"};
  ASSERT_OK(ExportArrow(*store_->Read("root", read), &stream, {.chunk_rows = 2}));
  ExpectError(store_->Write("root", &stream).status(), StatusCode::kSchemaMismatch,
              "metaxy_provenance_by_field");
  EXPECT_EQ(stream.release, nullptr);
  EXPECT_EQ(Ids(*store_).size(), 3u);
}

TEST_F(ArrowStoreTest, AnIncrementHasTheColumnsOfAllItsRows) {
  ASSERT_OK(store_->Write("root", Rows(0, 2)));
  EXPECT_EQ(Resolve("child"), "change=\"new\" id=0 text=\"t\" \nchange=\"new\" id=1 text=\"t\" \n");
  ASSERT_OK(store_->Write("child", Made(1, 2, "old")));
  const std::string fresh = "change=\"new\" id=0 text=\"t\" \n";
  const std::string stale = "change=\"stale\" id=1 text=\"t\" \n";
  const std::string orphaned = "change=\"orphaned\" id=2 made=102 \n";
  EXPECT_EQ(Resolve("child"), fresh + stale + orphaned);
  EXPECT_EQ(Resolve("child", {.only = {Change::kNew}}), fresh);
  EXPECT_EQ(Resolve("child", {.only = {Change::kOrphaned}}), orphaned);
  EXPECT_EQ(Resolve("child", {.chunk_rows = 1, .only = {Change::kStale, Change::kNew}}),
            fresh + stale);
  EXPECT_EQ(Resolve("child", {.only = {Change::kStale}, .change_column = "c"}),
            "c=\"stale\" id=1 text=\"t\" \n");
}

TEST_F(ArrowStoreTest, SchemasOfAnIncrement) {
  ASSERT_OK(store_->Write("root", Rows(0, 2)));
  auto names = [](const Schema& schema) {
    std::string out;
    for (const auto& column : schema.columns()) {
      if (!FindSystemColumn(column.name)) out += column.name + " ";
    }
    return out + std::to_string(schema.size());
  };
  {
    const auto update = *store_->ResolveUpdate("child");
    EXPECT_EQ(names(update.schema()), "id text 6");
    EXPECT_EQ(names(update.orphan_schema()), "0");
  }
  ASSERT_OK(store_->Write("child", Made(0, 3, "old")));
  auto update = *store_->ResolveUpdate("child");
  EXPECT_EQ(names(update.orphan_schema()), "id made 12");
  for (; update.Valid(); update.Next()) {
    const Schema& schema =
        update.change() == Change::kOrphaned ? update.orphan_schema() : update.schema();
    EXPECT_EQ(names(update.row().schema()), names(schema));
  }
  ResolveOptions skip;
  skip.skip_comparison = true;
  EXPECT_EQ(store_->ResolveUpdate("child", skip)->orphan_schema().size(), 0u);
}

TEST_F(ArrowStoreTest, OrphanedKeysHaveTheJoinColumns) {
  FeatureSpec root;
  root.key = "root";
  root.id_columns = {"id"};
  root.fields = {{"content"}};
  FeatureSpec child;
  child.key = "child";
  child.id_columns = {"id", "part"};
  child.fields = {{"content"}};
  child.deps = {{"root"}};
  child.deps[0].lineage.kind = LineageKind::kExpansion;
  child.deps[0].lineage.on = std::vector<std::string>{"id"};
  options_.graph = *Graph::FromSpecs({root, child});
  ASSERT_OK(Open());
  ASSERT_OK(store_->Write("root", Rows(0, 1)));
  RowBatch made = Made(0, 2, "old");
  for (size_t row = 0; row < 2; ++row) {
    BatchBuilder(&made).SetCell(row, made.AddColumn("part"), Value::Int64(7));
  }
  ASSERT_OK(store_->Write("child", made));
  const auto update = *store_->ResolveUpdate("child");
  ASSERT_EQ(update.orphan_schema().size(), 1u);
  EXPECT_EQ(update.orphan_schema()[0].name, "id");
  EXPECT_EQ(Resolve("child", {.only = {Change::kOrphaned}}), "change=\"orphaned\" id=1 \n");
}

TEST_F(ArrowStoreTest, ColumnsThatDoNotGoTogetherAreNamed) {
  ASSERT_OK(store_->Write("root", Rows(0, 2)));
  RowBatch made = Made(1, 2, "old");
  made.Set("text", Value::Date(1));
  ASSERT_OK(store_->Write("child", made));
  EXPECT_EQ(Resolve("child"),
            "schema_mismatch: column \"text\" is string in new and stale rows, date in orphaned "
            "ones: export them one without the other");
  EXPECT_EQ(Resolve("child", {.only = {Change::kOrphaned}}),
            "change=\"orphaned\" id=2 made=102 text=\"1970-01-02\" \n");
  EXPECT_EQ(Resolve("child", {.change_column = "text"}),
            "invalid_argument: the increment has a column \"text\" itself: choose another name for "
            "the one of changes");
}

TEST_F(ArrowStoreTest, SamplesMayComeFromArrow) {
  ASSERT_OK(store_->Write("root", Rows(0, 3)));
  ReadOptions two;
  two.filters = {"id < 2"};
  ArrowArrayStream stream;
  ASSERT_OK(ExportArrow(*store_->Read("root", two), &stream));
  auto samples = ReadArrow(&stream);
  ASSERT_OK(samples);
  ResolveOptions resolve;
  resolve.samples = samples->get();
  EXPECT_EQ(Resolve("root", {}, resolve), "change=\"orphaned\" id=2 text=\"t\" \n");
}

TEST_F(ArrowStoreTest, OptionsWithoutSenseAreRefused) {
  ASSERT_OK(store_->Write("root", Rows(0, 3)));
  ArrowArrayStream stream;
  ExpectError(ExportArrow(*store_->Read("root"), &stream, {.chunk_rows = 0}),
              StatusCode::kInvalidArgument, "at least one row");
  EXPECT_EQ(stream.release, nullptr);
}

}  // namespace
}  // namespace diotima
