// Which environments a thread reads or writes at the moment, for the case that this ends the process.
#ifndef MUSTER_INDEX_STORAGE_CRASH_MARK_H_
#define MUSTER_INDEX_STORAGE_CRASH_MARK_H_

#include <string>

#include "absl/status/status.h"

namespace muster::index {

// From here on a thread that dies of SIGSEGV, SIGBUS or SIGABRT while it has transactions open leaves their
// environments' crash marks: files, empty but for the signal's name, at the paths that EnvironmentOptions
// gave. The process then ends as it would have. The handler calls only what a signal's handler may call, on a
// stack of its own, and has a descriptor in reserve. Call it once, before there are other threads.
absl::Status InstallCrashMarks();

// The path as EnterMarked takes it: kept as long as the process, because a handler may need it at any time.
// Null for an empty one. Thread-safe.
const char* KeepMark(const std::string& path);

// A transaction begins or ends in this thread. `mark`: of KeepMark; null: none is left. A transaction that
// ends in another thread than it began in is remembered in that one until eight others have begun there.
void EnterMarked(const char* mark);
void LeaveMarked(const char* mark);

}  // namespace muster::index

#endif  // MUSTER_INDEX_STORAGE_CRASH_MARK_H_
