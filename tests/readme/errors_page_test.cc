// docs/errors.md names every reason that a call can fail for.
#include <fstream>
#include <iterator>
#include <string>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "muster/v1/error.pb.h"
#include "tests/paths.h"

namespace muster::testing {
namespace {

using ::testing::HasSubstr;

TEST(ErrorsPage, NamesEveryReason) {
  std::ifstream in(MUSTER_SOURCE_DIR "/docs/errors.md");
  const std::string page((std::istreambuf_iterator<char>(in)), std::istreambuf_iterator<char>());
  const google::protobuf::EnumDescriptor& reasons = *v1::ErrorReason_descriptor();
  ASSERT_GT(reasons.value_count(), 20);
  for (int i = 1; i < reasons.value_count(); ++i) {  // 0 is never sent
    const std::string name = reasons.value(i)->name().substr(std::string("ERROR_REASON_").size());
    EXPECT_THAT(page, HasSubstr(absl::StrCat("| `", name, "` | ")));
  }
}

}  // namespace
}  // namespace muster::testing
