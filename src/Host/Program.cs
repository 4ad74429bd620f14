using Socle.Host;

return await CommandLine.Run(args, Runner.Run);
