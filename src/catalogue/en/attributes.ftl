### Attributes of a key: what it says to the services that check it.

attribute-environment = Environment
list-environment = Env.
attribute-external-id = External ID
attribute-external-id-hint = The ID that your own system has for the customer, such as cus_9F3. Up to 128 characters.
attribute-external-id-hint-permissions = The ID that your own system has for the customer, such as cus_9F3. Up to 128 characters. Give a customer’s key permissions of your API only.
attribute-metadata = Metadata
attribute-metadata-hint = A JSON object that your services get with each verification. For example: {"{"}"plan": "pro"{"}"}

fault-environment = Select one of the environments
fault-metadata-too-long = Enter at most { $max } bytes. Without spaces between values, this is { $bytes }
fault-metadata-syntax = Enter valid JSON. The fault is on line { $line }, character { $column }
fault-metadata-not-an-object = Enter a JSON object, in curly braces
fault-metadata-duplicate = “{ $name }” is there twice. Use each name once
fault-metadata-too-deep = Nest objects and lists at most { $max } deep

list-all-environments = All environments
list-external-id-hint = The whole ID, or its beginning and an asterisk: cus_*
