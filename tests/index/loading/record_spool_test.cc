#include "index/loading/intake/record_spool.h"

#include <limits>

#include "absl/strings/str_cat.h"
#include "absl/types/span.h"
#include "gtest/gtest.h"
#include "index/loading/intake/rejection_log.h"
#include "index/status/status_facts.h"
#include "index/status/status_reason.h"
#include "tests/matchers/status.h"

namespace muster::index {
namespace {

// A batch of five billion records would take 40 GB: the spool refuses it by its size, and reads none.
TEST(RecordSpool, TooManyRecordsNameTheLimit) {
  RejectionLog log;
  const BatchRejections rejections(0, {}, 1, log);
  const Ordinal ordinal = 0;
  const absl::Status many =
      RecordSpool(0).Append(absl::MakeConstSpan(&ordinal, size_t{5'000'000'000}), rejections, {});
  EXPECT_THAT(many, StatusIs(absl::StatusCode::kResourceExhausted));
  EXPECT_EQ(ReasonOf(many), Reason::kLimit);
  EXPECT_EQ(FactsOf(many)["limit"], absl::StrCat(std::numeric_limits<uint32_t>::max()));
}

}  // namespace
}  // namespace muster::index
