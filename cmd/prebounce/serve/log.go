package serve

import "time"

// logEnd logs how a run ended. The id says which: names of lists are the person's.
func (s *Server) logEnd(run *Run) {
	exit := 0
	if run.Ended != nil {
		exit = run.Ended.Exit
	}
	s.log.Info("run ended", "run", run.ID, "state", run.State(), "exit", exit,
		"seconds", int(time.Since(run.Began).Seconds()))
}
