#include <diotima/status.h>

#include <cerrno>
#include <set>

#include "codec/base/os_error.h"
#include "codec/base/test_status.h"

namespace diotima {
namespace {

TEST(StatusTest, EveryCodeHasItsOwnName) {
  std::set<std::string_view> names;
  for (int code = 0; code <= static_cast<int>(StatusCode::kOutOfSpace); ++code) {
    names.insert(StatusCodeName(static_cast<StatusCode>(code)));
  }
  EXPECT_EQ(names.size(), static_cast<size_t>(StatusCode::kOutOfSpace) + 1);
  EXPECT_FALSE(names.contains("unknown"));
}

TEST(StatusTest, PrefixedKeepsTheCode) {
  const Status status = Status::Conflict("try again").Prefixed("feature 'a': ");
  EXPECT_EQ(status.ToString(), "conflict: feature 'a': try again");
  EXPECT_OK(Status::Ok().Prefixed("feature 'a': "));
}

TEST(StatusTest, AFullDiskIsNotJustAnIoError) {
  EXPECT_EQ(OsError(ENOSPC, "cannot write 'a'").ToString(),
            "out_of_space: cannot write 'a': No space left on device");
  EXPECT_EQ(OsError(EDQUOT, "cannot write 'a'").code(), StatusCode::kOutOfSpace);
  EXPECT_EQ(OsError(EACCES, "cannot write 'a'").ToString(),
            "io_error: cannot write 'a': Permission denied");
}

}  // namespace
}  // namespace diotima
