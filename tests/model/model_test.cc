// Random runs on a real store, compared with a naive model (tests/model/model.h).
//
// DIOTIMA_MODEL_RUNS says how many (default 200). A failing run prints its seed and how to run it
// again: RC_PARAMS="reproduce=…".
#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <cstdlib>

#include "tests/model/runner.h"

namespace rc {

template <>
struct Arbitrary<diotima::model::Step> {
  static Gen<diotima::model::Step> arbitrary() {
    // At full size always: a range grows with the size, and small runs are to have all operations.
    const auto seed = gen::noShrink(gen::resize(100, gen::arbitrary<uint64_t>()));
    const auto operation = gen::resize(100, gen::inRange<uint8_t>(0, 100));
    return gen::build<diotima::model::Step>(gen::set(&diotima::model::Step::operation, operation),
                                            gen::set(&diotima::model::Step::seed, seed));
  }
};

}  // namespace rc

namespace diotima::model {

void showValue(const Step& step, std::ostream& out) {
  out << "{" << int{step.operation} << ", " << step.seed << "u}";
}

TEST(ModelTest, StoreAnswersAsTheModelDoes) {
  EXPECT_TRUE(rc::check("store and model agree", [] {
    const auto plan = *rc::gen::noShrink(rc::gen::resize(100, rc::gen::arbitrary<uint64_t>()));
    const auto steps = *rc::gen::scale(0.5, rc::gen::arbitrary<std::vector<Step>>());
    Runner(plan).Run(steps);
  }));
}

// As fuzz/store_fuzzer.cc, but with steps of a seed. RocksDB sleeps for a second after each flush
// that fails: so these are few. DIOTIMA_MODEL_FAULT_RUNS says how many (default 0:
// in a hundred runs the process was ended once, by an exception of a thread of RocksDB).
TEST(ModelTest, AFailingDiskLosesNothing) {
  const char* const wanted = std::getenv("DIOTIMA_MODEL_FAULT_RUNS");
  const int runs = wanted != nullptr ? std::atoi(wanted) : 0;
  if (runs == 0) GTEST_SKIP() << "set DIOTIMA_MODEL_FAULT_RUNS";
  for (int run = 0; run < runs; ++run) {
    Random random(static_cast<uint64_t>(run));
    const uint64_t plan = random.Next();
    try {
      Runner runner(plan, std::make_shared<FaultFileSystem>(static_cast<unsigned>(plan)));
      runner.Begin();
      for (int step = 0; step < 5; ++step) {
        runner.TakeWithFaults({static_cast<uint8_t>(random.Int(0, 63)), random.Next()});
      }
      runner.End();
    } catch (const std::exception& error) {
      FAIL() << "run " << run << ":\n" << error.what();
    }
  }
}

}  // namespace diotima::model

int main(int argc, char** argv) {
  const char* runs = std::getenv("DIOTIMA_MODEL_RUNS");
  const char* params = std::getenv("RC_PARAMS");
  const std::string all = "max_success=" + std::string(runs != nullptr ? runs : "200") + " " +
                          std::string(params != nullptr ? params : "");
  setenv("RC_PARAMS", all.c_str(), 1);
  testing::InitGoogleTest(&argc, argv);
  return RUN_ALL_TESTS();
}
