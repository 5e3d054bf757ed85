// Which environments a thread reads or writes at the moment, for the case that this ends the process.
#ifndef MUSTER_INDEX_STORAGE_FILES_CRASH_MARK_H_
#define MUSTER_INDEX_STORAGE_FILES_CRASH_MARK_H_

#include <string>

#include "absl/status/status.h"

namespace muster::index {

// From here on a thread that dies of SIGSEGV, SIGBUS or SIGABRT while it has transactions open leaves their
// environments' crash marks: files, empty but for the signal's name, at the paths that EnvironmentOptions
// gave. The process then ends as it would have. The handler calls only what a signal's handler may call, on a
// stack of its own, and has a descriptor in reserve. Call it once, before there are other threads.
absl::Status InstallCrashMarks();

// The place of a mark.
class CrashMark;

// The mark at that path: kept as long as the process, because a handler may need it at any time. Null for an
// empty path. Thread-safe.
CrashMark* KeepMark(const std::string& path);
// What lay there is being removed: no crash of its readers leaves the mark from here on, for another may get
// the path. A later KeepMark of the path gives another one. Null: does nothing. Thread-safe.
void AbandonMark(CrashMark* mark);

// A transaction begins or ends in this thread. `mark`: of KeepMark; null: none is left. A transaction that
// ends in another thread than it began in is remembered in that one until eight others have begun there.
void EnterMarked(CrashMark* mark);
void LeaveMarked(CrashMark* mark);

}  // namespace muster::index

#endif  // MUSTER_INDEX_STORAGE_FILES_CRASH_MARK_H_
