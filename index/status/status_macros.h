// Hands a failure on to the caller. Both macros are for functions that return absl::Status, absl::StatusOr,
// or a type that an absl::Status converts to.
//
// Source of the names: the status macros that Google's code bases have in common.
#ifndef MUSTER_INDEX_STATUS_STATUS_MACROS_H_
#define MUSTER_INDEX_STATUS_STATUS_MACROS_H_

#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"  // IWYU pragma: export

#define MUSTER_STATUS_JOIN_2(a, b) a##b
#define MUSTER_STATUS_JOIN(a, b) MUSTER_STATUS_JOIN_2(a, b)

// RETURN_IF_ERROR(expression): evaluates an absl::Status once, and returns it unless it is OK. One statement.
#define RETURN_IF_ERROR(...)                                                          \
  do {                                                                                \
    if (absl::Status muster_status = (__VA_ARGS__); !muster_status.ok()) [[unlikely]] \
      return muster_status;                                                           \
  } while (false)

// ASSIGN_OR_RETURN(target, expression): evaluates an absl::StatusOr<T> once, and returns its status unless it
// is OK; otherwise moves its value into `target`, which is a variable that exists or a declaration of one. A
// declaration lives to the end of the scope around it, so the macro is several statements and needs braces
// below an `if`. A type with a comma is spelled `auto`.
#define ASSIGN_OR_RETURN(target, ...) \
  MUSTER_ASSIGN_OR_RETURN(MUSTER_STATUS_JOIN(muster_status_or_, __LINE__), target, __VA_ARGS__)
#define MUSTER_ASSIGN_OR_RETURN(result, target, ...) \
  auto result = (__VA_ARGS__);                       \
  if (!result.ok()) [[unlikely]]                     \
    return std::move(result).status();               \
  target = *std::move(result)

#endif  // MUSTER_INDEX_STATUS_STATUS_MACROS_H_
