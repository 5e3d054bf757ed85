// Matchers for absl::Status, absl::StatusOr and grpc::Status. A mismatch shows the code and the message. IsOk
// takes any other result that has ok(), too.
#ifndef MUSTER_TESTS_MATCHERS_STATUS_H_
#define MUSTER_TESTS_MATCHERS_STATUS_H_

#include <string>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"

namespace muster {
namespace status_matchers {

// Calls `use` with a status's code, as a number that absl and gRPC share, and its message.
template <typename T, typename Use>
auto WithParts(const T& status, Use use) {
  if constexpr (requires { status.status(); }) {
    return WithParts(status.status(), use);
  } else if constexpr (requires { status.error_code(); }) {
    return use(static_cast<int>(status.error_code()), std::string(status.error_message()));
  } else if constexpr (requires { status.code(); }) {
    return use(static_cast<int>(status.code()), std::string(status.message()));
  } else {
    return use(status.ok() ? 0 : 2, std::string());  // UNKNOWN
  }
}

template <typename T>
std::string Described(const T& status) {
  return WithParts(status, [](int code, const std::string& message) {
    return absl::StrCat("which has code ", code, " and says: ", message);
  });
}

}  // namespace status_matchers

MATCHER(IsOk, negation ? "isn't OK" : "is OK") {
  *result_listener << status_matchers::Described(arg);
  return arg.ok();
}

// An absl::StatusOr that is OK and whose value equals, or matches, `value`.
MATCHER_P(IsOkAndHolds, value, negation ? "isn't OK, or holds another value" : "is OK and holds the value") {
  if (!arg.ok()) {
    *result_listener << status_matchers::Described(arg);
    return false;
  }
  return ::testing::ExplainMatchResult(value, *arg, result_listener);
}

// A status of the absl::StatusCode or grpc::StatusCode `code`.
MATCHER_P(StatusIs, code, negation ? "has another code" : "has the code") {
  *result_listener << status_matchers::Described(arg);
  return status_matchers::WithParts(
      arg, [&](int actual, const std::string&) { return actual == static_cast<int>(code); });
}

// The same, and its message equals, or matches, `message`.
MATCHER_P2(StatusIs, code, message,
           negation ? "has another code or message" : "has the code and the message") {
  *result_listener << status_matchers::Described(arg) << ' ';
  return status_matchers::WithParts(arg, [&](int actual, const std::string& text) {
    return actual == static_cast<int>(code) && ::testing::ExplainMatchResult(message, text, result_listener);
  });
}

}  // namespace muster

#endif  // MUSTER_TESTS_MATCHERS_STATUS_H_
