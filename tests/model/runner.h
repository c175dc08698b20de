// Runs random operations on a real store and on the model, and compares them after each.
#pragma once

#include <memory>

#include "kv/disk/fault_file_system.h"
#include "tests/model/generators.h"

namespace diotima::model {

// What to do next: the operation, and the seed of all its choices. So a failing run can be cut down
// by leaving operations out.
struct Step {
  uint8_t operation = 0;
  uint64_t seed = 0;
};

class Runner {
 public:
  // `faults` may be null: then files are the system's.
  explicit Runner(uint64_t plan_seed, std::shared_ptr<FaultFileSystem> faults = nullptr);
  ~Runner();

  // Throws std::runtime_error where the two differ: with all steps until then.
  void Run(const std::vector<Step>& steps);

  // Begins a run, and takes a step of it.
  void Begin();
  void Take(const Step& step);
  // Takes a step while writes fail at random. Throws unless the stores then hold what they held
  // before, or what the step makes of it; if it was acknowledged, the latter.
  void TakeWithFaults(const Step& step);
  // Compares everything at the end of a run.
  void End();

 private:
  void Open();
  // Returns all rows of both stores.
  std::vector<std::string> Stored();
  void Use(size_t graph);

  void Write(Random* random);
  void WriteMulti(Random* random);
  void WriteBadRow(Random* random);
  void ResolveAndWrite(Random* random);
  void Delete(Random* random);
  void Drop(Random* random);
  void Purge(Random* random);
  void Compact();
  void Read(Random* random);
  void Resolve(Random* random);
  void Describe(Random* random);
  void Rebase(Random* random);
  void Copy(Random* random);
  void Push();

  void FillStore(Random* random);
  void WriteRows(const std::string& feature, const std::vector<Cells>& rows, Random* random);
  void CheckCommit(std::optional<Time> commit, bool required);
  void CompareAll();
  void CompareRead(const std::string& feature, const ModelRead& read);
  static ResolveOptions ToOptions(const ModelResolve& resolve);
  std::map<Change, std::vector<Cells>> Changes(UpdateCursor* cursor);
  // With some of the samples of the whole answer as the scope, just their rows come.
  void CompareScope(const std::string& feature, const ModelResolve& resolve,
                    const std::map<Change, std::vector<Cells>>& whole);
  ModelIncrement CompareResolve(const std::string& feature, const ModelResolve& resolve);
  // Runs `model`; where it throws, `status` must be one of its errors.
  template <typename F>
  bool ModelAccepts(const F& model, const Status& status);
  void CompareRows(const std::string& what, const std::vector<Cells>& expected,
                   const std::vector<Cells>& actual);
  void Note(const std::string& text) { log_ += text + "\n"; }
  [[noreturn]] void Fail(const std::string& why);
  // A store and its model.
  struct Pair {
    explicit Pair(const Hasher& hasher) : model(hasher) {}
    Model model;
    std::shared_ptr<Store> store;
    int64_t last_commit = 0;
    std::vector<int64_t> times;  // of commits
  };

  std::shared_ptr<Store> OpenStore(const std::string& name,
                                   std::vector<std::shared_ptr<Store>> fallback_stores);
  const Model& model() const { return at_->model; }
  Store& store() const { return *at_->store; }
  const FeatureSpec& AnyFeature(Random* random) { return random->Pick(model().specs()); }
  int64_t CommitTime() const { return std::max(clock_, at_->last_commit + 1); }

  const uint64_t seed_;
  const std::shared_ptr<FaultFileSystem> faults_;
  std::unique_ptr<rocksdb::Env> env_;
  bool acknowledged_ = false;
  const Plan plan_;
  Pair main_, other_;  // the main store may fall back to the other one
  Pair* at_ = &main_;  // that operations are done on
  std::string directory_;
  size_t graph_ = 0;
  int64_t clock_ = 1000000;
  std::string log_;
};

template <typename F>
bool Runner::ModelAccepts(const F& model, const Status& status) {
  try {
    model();
  } catch (const ModelError& error) {
    if (error.codes.contains(status.code())) return false;
    Fail(std::string("should fail: ") + error.what() + "; was " + status.ToString());
  }
  if (!status.ok()) Fail("should not fail: " + status.ToString());
  return true;
}

}  // namespace diotima::model
