// Marks the environments that a thread was reading or writing when it crashed the process.
#ifndef MUSTER_INDEX_STORAGE_FILES_CRASH_MARK_H_
#define MUSTER_INDEX_STORAGE_FILES_CRASH_MARK_H_

#include <string>

#include "absl/status/status.h"

namespace muster::index {

// Installs signal handlers. A thread that dies of SIGSEGV, SIGBUS or SIGABRT while it has transactions open
// then leaves their environments' crash marks: files that hold only the signal's name, at the paths that
// EnvironmentOptions gave. The process then ends as it would have. The handler calls only async-signal-safe
// functions, on a stack of its own, and has a descriptor in reserve. Call it once, before other threads
// start.
absl::Status InstallCrashMarks();

// The place of a mark.
class CrashMark;

// The mark of that path. It lives as long as the process, because a handler may need it at any time. Null for
// an empty path. Thread-safe.
CrashMark* KeepMark(const std::string& path);
// Call it when the environment is being removed: a crash of its readers leaves no mark from then on, since
// another environment may get the path. A later KeepMark of the path returns another mark. Null: does
// nothing. Thread-safe.
void AbandonMark(CrashMark* mark);

// Call them when a transaction begins or ends in this thread. `mark`: of KeepMark; null: a crash leaves no
// mark. A thread keeps the marks of its last eight open transactions. A transaction that ends in another
// thread isn't taken off the list of the thread in which it began: a crash there leaves its mark too.
void EnterMarked(CrashMark* mark);
void LeaveMarked(CrashMark* mark);

}  // namespace muster::index

#endif  // MUSTER_INDEX_STORAGE_FILES_CRASH_MARK_H_
