// Declares the commands. Each adds itself to the command line, with the function to run.
#pragma once

#include <CLI/CLI.hpp>
#include <functional>
#include <string>
#include <vector>

#include "cli/session.h"

namespace diotima::cli {

using Run = std::function<Status(Session*)>;

void AddInit(CLI::App* parent, Run* run);
void AddPush(CLI::App* parent, Run* run);
void AddList(CLI::App* parent, Run* run);
void AddDescribe(CLI::App* parent, Run* run);
void AddGraph(CLI::App* parent, Run* run);
void AddScan(CLI::App* parent, Run* run);
void AddWrite(CLI::App* parent, Run* run);
void AddRead(CLI::App* parent, Run* run);
void AddResolve(CLI::App* parent, Run* run);
void AddStatus(CLI::App* parent, Run* run);
void AddDelete(CLI::App* parent, Run* run);
void AddUndelete(CLI::App* parent, Run* run);
void AddDrop(CLI::App* parent, Run* run);
void AddAlter(CLI::App* parent, Run* run);
void AddRebase(CLI::App* parent, Run* run);
void AddCopy(CLI::App* parent, Run* run);
void AddHistory(CLI::App* parent, Run* run);
void AddBackup(CLI::App* parent, Run* run);
void AddRestore(CLI::App* parent, Run* run);
void AddCheckpoint(CLI::App* parent, Run* run);
void AddStats(CLI::App* parent, Run* run);
void AddCompact(CLI::App* parent, Run* run);
void AddPurge(CLI::App* parent, Run* run);
void AddVerify(CLI::App* parent, Run* run);
void AddSchema(CLI::App* parent, Run* run);
void AddCompletion(CLI::App* parent, Run* run);

// Adds a command with examples at the end of its help.
CLI::App* AddCommand(CLI::App* parent, const std::string& name, const std::string& description,
                     const std::string& examples);
// Adds an option that takes one value and may be repeated.
CLI::Option* AddRepeated(CLI::App* command, const std::string& name,
                         std::vector<std::string>* values, const std::string& description,
                         const std::string& value_name = "TEXT");
// Checks that an option takes a whole number of at least `least`.
CLI::Validator AtLeast(uint64_t least);
// Adds an option that takes one of `values`.
CLI::Option* AddChoice(CLI::App* command, const std::string& name, std::string* value,
                       const std::vector<std::string>& values, const std::string& description);

}  // namespace diotima::cli
