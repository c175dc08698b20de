// Steps on a disk that fails: all or nothing, and nothing acknowledged is lost.
#include <algorithm>
#include <filesystem>

#include "tests/model/runner.h"

namespace diotima::model {

namespace fs = std::filesystem;

std::vector<std::string> Runner::Stored() {
  std::vector<std::string> rows;
  for (const Pair* pair : {&main_, &other_}) {
    for (const auto& spec : model().specs()) {
      ReadOptions all;
      all.with_feature_history = all.with_sample_history = all.include_soft_deleted = true;
      all.allow_fallback = false;
      auto cursor = pair->store->Read(spec.key, all);
      if (cursor.status().code() == StatusCode::kNotFound) continue;
      if (!cursor.ok()) Fail("read: " + cursor.status().ToString());
      for (; cursor->Valid(); cursor->Next()) {
        rows.push_back((pair == &main_ ? "main " : "other ") + spec.key + " " +
                       ToText(FromRow(cursor->row())));
      }
      if (!cursor->status().ok()) Fail("read: " + cursor->status().ToString());
    }
  }
  std::sort(rows.begin(), rows.end());
  return rows;
}

void Runner::TakeWithFaults(const Step& step) {
  const auto before = Stored();
  main_.store.reset();
  other_.store.reset();
  const std::string kept = directory_ + "-kept";
  fs::remove_all(kept);
  fs::copy(directory_, kept, fs::copy_options::recursive);
  const Pair main = main_, other = other_;
  Open();
  const bool at_main = at_ == &main_;
  const size_t graph = graph_;
  const int64_t clock = clock_;
  const size_t log = log_.size();

  acknowledged_ = false;
  faults_->SetFaults(30 + static_cast<int>(step.seed % 300));
  bool failed = false;
  try {
    Take(step);
  } catch (const std::runtime_error&) {
    failed = true;
  }
  main_.store.reset();
  other_.store.reset();
  faults_->SetFaults(0);
  const bool acknowledged = acknowledged_;
  Open();
  const auto left = Stored();

  main_.store.reset();
  other_.store.reset();
  fs::remove_all(directory_);
  fs::rename(kept, directory_);
  main_ = main;
  other_ = other;
  at_ = at_main ? &main_ : &other_;
  clock_ = clock;
  log_.resize(log);
  Use(graph);
  Take(step);
  if (left == Stored()) return;
  if (acknowledged) Fail("what was acknowledged is not there after faults");
  if (!failed || left != before) Fail("faults leave neither what was nor what was to be");
}

}  // namespace diotima::model
