"""What has happened: a launch is one checklist being worked for one service, and its state is what its log says."""
