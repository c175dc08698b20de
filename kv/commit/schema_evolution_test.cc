// Columns whose types grow, and those that are altered.
#include <diotima/store.h>
#include <diotima/text.h>

#include <cstdio>
#include <map>

#include "kv/test_store.h"

namespace diotima {
namespace {

class SchemaEvolutionTest : public StoreTest {
 protected:
  // Writes a row of `root` whose column `x` is read from JSON.
  Status Write(int id, const std::string& json, std::optional<Type> type = {}) {
    const std::string line =
        "{\"id\":" + std::to_string(id) + ",\"x\":" + json +
        ",\"metaxy_provenance_by_field\":{\"content\":\"1\",\"size\":\"2\"}}\n";
    std::string text = line;
    std::FILE* file = fmemopen(text.data(), text.size(), "r");
    TextOptions options;
    options.types = [type](std::string_view name) {
      return name == "x" ? type : std::optional<Type>();
    };
    auto rows = OpenJsonLines(file, options);
    auto written = store_->Write("root", **rows);
    std::fclose(file);
    return written.status();
  }
  std::map<int64_t, std::string> Read(const std::string& column = "x") {
    auto cursor = store_->Read("root");
    EXPECT_OK(cursor);
    std::map<int64_t, std::string> cells;
    for (const Row& row : *cursor) {
      std::string& cell = cells[row.Get("id").unchecked_int64()];
      cell = TypeOf(row.Get(column)).ToString() + " ";
      AppendJson(row.Get(column), &cell);
    }
    return cells;
  }
  void Declare(const std::string& type, bool strict = false) {
    FeatureSpec root = *options_.graph.Find("root");
    root.columns = {{"x", *Type::Parse(type)}};
    root.strict = strict;
    options_.graph = *Graph::FromSpecs({root});
  }
};

using Cells = std::map<int64_t, std::string>;

TEST_F(SchemaEvolutionTest, StructsGainMembers) {
  ASSERT_OK(Open());
  ASSERT_OK(Write(1, "{}"));
  ASSERT_OK(Write(2, R"({"a":1,"l":[{"b":"t"}]})"));
  ASSERT_OK(Write(3, R"({"c":true,"l":[{"d":0.5},{}]})"));
  ASSERT_OK(Open());
  const std::string type = "struct<a:int64,l:list<struct<b:string,d:double>>,c:bool>";
  EXPECT_EQ(store_->Describe("root")->columns[1].type.ToString(), type);
  auto cells = Read();
  EXPECT_TRUE(cells[1].ends_with(R"({"a":null,"l":null,"c":null})")) << cells[1];
  EXPECT_TRUE(cells[2].ends_with(R"({"a":1,"l":[{"b":"t","d":null}],"c":null})")) << cells[2];
  EXPECT_TRUE(
      cells[3].ends_with(R"({"a":null,"l":[{"b":null,"d":0.5},{"b":null,"d":null}],"c":true})"))
      << cells[3];
  ExpectError(Write(4, R"({"a":"text"})"), StatusCode::kSchemaMismatch, "column 'x'");
}

TEST_F(SchemaEvolutionTest, AnEmptyObjectMayBecomeAMap) {
  ASSERT_OK(Open());
  ASSERT_OK(Write(1, "{}"));
  const Type map = *Type::Parse("map<string,int64>");
  Declare("map<string,int64>");
  ASSERT_OK(Open());
  ASSERT_OK(Write(2, R"({"a":1})", map));
  EXPECT_EQ(Read(), (Cells{{1, "map<null,null> {}"}, {2, R"(map<string,int64> {"a":1})"}}));
}

TEST_F(SchemaEvolutionTest, ADeclarationThatDiffersNamesAlter) {
  ASSERT_OK(Open());
  ASSERT_OK(Write(1, "1"));
  Declare("double");
  ASSERT_OK(Open());
  const std::string advice = "`diotima alter root --column x=double`";
  ExpectError(Write(2, "0.5"), StatusCode::kSchemaMismatch, advice);
  ExpectError(store_->Push().status(), StatusCode::kSchemaMismatch, advice);
  ASSERT_OK(store_->Alter("root", {.columns = {{"x", Type(Kind::kDouble)}}}));
  ASSERT_OK(store_->Push());
  ASSERT_OK(Write(2, "0.5"));
  EXPECT_EQ(Read(), (Cells{{1, "double 1.0"}, {2, "double 0.5"}}));
}

TEST_F(SchemaEvolutionTest, AFeatureWithoutRowsTakesAnyDeclaration) {
  ASSERT_OK(Open());
  ASSERT_OK(Write(1, "1"));
  Declare("double");
  ASSERT_OK(Open());
  DeleteOptions all;
  all.mode = DeleteMode::kHard;
  ASSERT_OK(store_->Delete("root", all));
  ASSERT_OK(Write(2, "0.5"));
  EXPECT_EQ(Read(), (Cells{{2, "double 0.5"}}));
}

TEST_F(SchemaEvolutionTest, StrictRefusesWhatIsNotDeclared) {
  Declare("struct<a:int64>", /*strict=*/true);
  ASSERT_OK(Open());
  ASSERT_OK(Write(1, R"({"a":1})"));
  ExpectError(Write(2, R"({"a":1,"b":2})"), StatusCode::kSchemaMismatch, "column 'x'");
  ExpectError(store_->Write("root", Rows(3, 1)).status(), StatusCode::kSchemaMismatch,
              "column 'text' is not declared");
  EXPECT_EQ(Graph::FromText(options_.graph.ToJson(), GraphFormat::kJson, "")->Find("root")->strict,
            true);
}

TEST_F(SchemaEvolutionTest, AlterChecksEveryStoredValue) {
  ASSERT_OK(Open());
  ASSERT_OK(Write(1, "[1,9007199254740993]"));
  ASSERT_OK(Write(1, "[2]"));
  const AlterOptions widen = {.columns = {{"x", *Type::Parse("list<double>")}}};
  ExpectError(
      store_->Alter("root", widen).status(), StatusCode::kSchemaMismatch,
      "sample id=1: column 'x' holds [1,9007199254740993] (list<int64>), which does not fit "
      "list<double> exactly");
  PurgeOptions purge;
  purge.keep = 1;
  ASSERT_OK(store_->Purge(purge));
  const auto altered = store_->Alter("root", widen);
  ASSERT_OK(altered);
  EXPECT_EQ(altered->rows, 1u);
  ASSERT_OK(Write(2, "[0.5]"));
  ASSERT_OK(Open());
  EXPECT_EQ(Read(), (Cells{{1, "list<double> [2.0]"}, {2, "list<double> [0.5]"}}));
  const auto verified = store_->Verify();
  ASSERT_OK(verified);
  EXPECT_EQ(verified->problem_count, 0u);
}

TEST_F(SchemaEvolutionTest, ColumnsAreRenamedAndDropped) {
  ASSERT_OK(Open());
  ASSERT_OK(Write(1, "1"));
  ASSERT_OK(store_->Alter("root", {.renames = {{"x", "y"}}}));
  EXPECT_EQ(Read("y"), (Cells{{1, "int64 1"}}));
  ExpectError(store_->Alter("root", {.renames = {{"y", "id"}}}).status(),
              StatusCode::kInvalidArgument, "already");
  ExpectError(store_->Alter("root", {.drops = {"id"}}).status(), StatusCode::kInvalidArgument,
              "id column");
  ExpectError(store_->Alter("root", {.drops = {"Y"}}).status(), StatusCode::kNotFound,
              "did you mean 'y'?");
  ASSERT_OK(store_->Alter("root", {.drops = {"y"}}));
  ASSERT_OK(Write(2, "\"text\""));
  ASSERT_OK(store_->Alter("root", {.renames = {{"x", "y"}}}));
  ASSERT_OK(Open());
  EXPECT_EQ(Read("y"), (Cells{{1, "null null"}, {2, "string \"text\""}}));
}

// Rows that were encoded for the old type are encoded again.
TEST_F(SchemaEvolutionTest, ACommitDoesNotMissAnAlteration) {
  ASSERT_OK(Open());
  ASSERT_OK(Write(1, "1"));
  auto commit = store_->BeginCommit();
  ASSERT_OK(commit);
  RowBatch batch = Rows(2, 1);
  batch.Set("x", int64_t{2});
  ASSERT_OK(store_->Write("root", Rows(3, 1)));  // the commit drafts no column
  auto late = store_->BeginCommit();
  ASSERT_OK(late);
  ASSERT_OK(late->Append("root", batch));
  ASSERT_OK(store_->Alter("root", {.columns = {{"x", Type(Kind::kDouble)}}}));
  ExpectError(late->Finish().status(), StatusCode::kConflict, "altered meanwhile");
  ASSERT_OK(store_->Write("root", batch));
  EXPECT_EQ(Read()[2], "double 2.0");
}

// The time grows with the number of entries, not with its square: that would be hours.
TEST_F(SchemaEvolutionTest, AMillionNamesInOneRow) {
  ASSERT_OK(Open());
  std::string hashes, members;
  for (int i = 0; i < 1'000'000; ++i) {
    const std::string entry = ",\"k" + std::to_string(i) + "\":\"1\"";
    hashes += entry;
    if (i < 100'000) members += entry;
  }
  std::string text = R"({"id":1,"metaxy_provenance_by_field":{"content":"1","size":"2")" + hashes +
                     R"(},"s":{"first":"1")" + members + "}}\n";
  for (const std::optional<Type>& type :
       {std::optional<Type>(), std::optional(*Type::Parse("struct<first:string>"))}) {
    std::FILE* file = fmemopen(text.data(), text.size(), "r");
    TextOptions options;
    options.types = [&](std::string_view name) {
      return name == "s" ? type : std::optional<Type>();
    };
    auto rows = OpenJsonLines(file, options);
    ASSERT_OK(store_->Write("root", **rows));
    std::fclose(file);
  }
  EXPECT_EQ(Ids(*store_), std::vector<int64_t>{1});
}

}  // namespace
}  // namespace diotima
