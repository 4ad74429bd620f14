Console.WriteLine("Socle");
